"""What a teammate may type: an answer, a note, a lead noted by hand, a label.

Fields and their errors are core/fields.py; storing is domain/.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from core.fields import MailAddress, PlainText
from inbox.conversations.domain.drafts import MAX_LENGTH as DRAFT_LENGTH
from inbox.conversations.domain.labels import HUES
from inbox.conversations.domain.replies import MAX_LENGTH
from inbox.conversations.domain.sending import Written

UNKNOWN_KEY = "Your browser sent something that makes no sense here. Reload the page and send it again."


class FileIds(forms.Field):
    """Ids of files, as hidden fields of the same name send them."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        try:
            return [UUID(str(id)) for id in (value or [])[:1000]]
        except ValueError as error:
            raise ValidationError("These files are not known here. Attach them again.") from error


class MessageForm(forms.Form):
    """Words, files of one's draft, or both; and what the browser calls it."""

    attached = FileIds(required=False)
    draft = forms.CharField(required=False)
    client_key = forms.UUIDField(required=False, error_messages={"invalid": UNKNOWN_KEY})
    empty = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for error in self.errors.pop("client_key", []):  # no field of the page shows it
            self.add_error("text", error)
        if not self.errors and not cleaned.get("text") and not cleaned.get("attached"):
            self.add_error("text", self.empty)
        return cleaned

    @property
    def written(self) -> Written:
        """As `queue_reply` and `write_note` take it. Valid forms only."""
        said = self.cleaned_data
        known = said["draft"] if said["client_key"] else None
        key, files = said["client_key"], said["attached"]
        return {"text": said["text"], "file_ids": files, "client_key": key, "draft": known}


class ReplyForm(MessageForm):
    """One answer."""

    text = PlainText(label="Your reply", limit=MAX_LENGTH, required=False, widget=forms.Textarea)
    empty = "Write something or attach a file before you send it."


class NoteForm(MessageForm):
    """One private note."""

    text = PlainText(label="Your note", limit=MAX_LENGTH, required=False, widget=forms.Textarea)
    empty = "Write something or attach a file before you add the note."


class DraftForm(forms.Form):
    """Words of an answer or note that is not sent; `known` is the version that they go on from."""

    text = PlainText(label="A draft", limit=DRAFT_LENGTH, required=False, strip=False)
    known = forms.CharField(max_length=20, required=False)


class NewLeadForm(forms.Form):
    """Somebody called or stopped by."""

    name = PlainText(label="Name", limit=200, required=False)
    email = MailAddress(label="E-mail", limit=254, required=False, widget=forms.EmailInput)
    phone = PlainText(label="Phone", limit=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    company = PlainText(label="Company", limit=200, required=False)
    text = PlainText(
        label="What do they want?",
        limit=10_000,
        required_message="Note what they want.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(key) for key in ("name", "email", "phone")):
            raise ValidationError("Say who it is: a name, an e-mail address or a phone number.")
        return cleaned


COLOURS = dict(
    zip(
        HUES,
        (
            "Pink",
            "Red",
            "Orange",
            "Yellow",
            "Green",
            "Emerald",
            "Teal",
            "Cyan",
            "Blue",
            "Indigo",
            "Violet",
            "Magenta",
        ),
        strict=True,
    )
)


class LabelForm(forms.Form):
    """A label's name and colour."""

    name = PlainText(
        label="Name", limit=40, required_message="Give the label a name, such as “Invoice” or “VIP”."
    )
    hue = forms.TypedChoiceField(label="Colour", choices=list(COLOURS.items()), coerce=int, initial=240)

    @property
    def swatches(self) -> list[tuple[int, str, int, bool]]:
        """(hue, its name, number of its class in pieces.css, chosen)."""
        chosen = str(self["hue"].value())
        return [(hue, name, hue // 30, str(hue) == chosen) for hue, name in COLOURS.items()]
