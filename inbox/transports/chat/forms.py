"""What a visitor may send, and what the team may set about the chat.

Sites and hours are checked by rules.py; nothing here writes.
"""

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.fields import MailAddress, PlainText
from inbox.transports.chat.domain.visits import MAX_LENGTH
from inbox.transports.chat.models import ChatWidget
from inbox.transports.chat.rules import DAYS, MOST_ORIGINS, NoOrigin, origin_of


class FileList(forms.CharField):
    """Ids of files, with blanks between them."""

    def to_python(self, value: Any) -> Any:
        try:
            return [UUID(id) for id in str(super().to_python(value)).split()[:100]]
        except ValueError as error:
            raise ValidationError("These files are not known here. Attach them again.") from error


class VisitorMessageForm(forms.Form):
    """One message: words, files that were sent ahead, or both; who writes it may be said along with it."""

    key = forms.UUIDField(error_messages={"invalid": "The key is a UUID.", "required": "A key is needed."})
    text = PlainText(label="Your message", limit=MAX_LENGTH, required=False)
    attached = FileList(required=False)
    name = PlainText(label="Name", limit=200, required=False)
    email = MailAddress(label="E-mail", limit=254, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("text") and not cleaned.get("attached"):
            self.add_error("text", "Write something first.")
        return cleaned


class UploadForm(forms.Form):
    """What a visitor's browser calls a file."""

    key = forms.UUIDField(error_messages=dict.fromkeys(("invalid", "required"), "The key is a UUID."))


class TakeBackForm(forms.Form):
    """A file that was sent ahead and is not meant any more."""

    file = forms.UUIDField(error_messages=dict.fromkeys(("invalid", "required"), "Say which file."))


class VisitorForm(forms.Form):
    """Who a visitor is."""

    name = PlainText(label="Name", limit=200, required=False)
    email = MailAddress(label="E-mail", limit=254)


class SeenForm(forms.Form):
    """The newest message somebody has seen."""

    message = forms.UUIDField(error_messages=dict.fromkeys(("invalid", "required"), "Say which message."))


class ChatWidgetForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Words, sites and hours of the chat."""

    sites = forms.CharField(
        label="Sites that show the chat",
        required=False,
        max_length=4_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "https://www.example.com", "spellcheck": "false"}
        ),
        help_text="One a line. Pages of other sites cannot open it.",
    )
    days = forms.TypedMultipleChoiceField(
        label="Days",
        coerce=int,
        choices=list(enumerate(DAYS)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    zone = forms.ChoiceField(label="Time zone", choices=[])

    class Meta:
        model = ChatWidget
        fields = ["is_active", "takes_files", "title", "greeting", "away", "opens", "opens_at", "closes_at"]
        labels = {
            "is_active": "Show the chat",
            "takes_files": "Visitors can send files",
            "title": "Title",
            "greeting": "Greeting",
            "away": "What people read while nobody is there",
            "opens": "People can chat",
            "opens_at": "From",
            "closes_at": "Until",
        }
        help_texts = {
            "takes_files": "Pictures, documents and the like, never programs. You can send files either way."
        }
        widgets = {
            "greeting": forms.Textarea(attrs={"rows": 2}),
            "away": forms.Textarea(attrs={"rows": 2}),
            "opens_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(name, name.replace("_", " ")) for name in sorted(available_timezones())]
        self.initial = {
            **self.initial,
            "sites": "\n".join(self.instance.origins),
            "days": self.instance.days,
            "zone": self.instance.zone,
        }

    def clean_sites(self) -> list[str]:
        """The origins, each once."""
        found: list[str] = []
        for line in str(self.cleaned_data["sites"]).replace(",", "\n").split():
            try:
                found.append(origin_of(line, plain_http=settings.SITE_SCHEME == "http"))
            except NoOrigin as error:
                raise ValidationError(str(error)) from error
        once = list(dict.fromkeys(found))
        if len(once) > MOST_ORIGINS:
            raise ValidationError(f"At most {MOST_ORIGINS} sites can show the chat; these are {len(once)}.")
        return once

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("opens") == ChatWidget.Opens.HOURS:
            if not cleaned.get("days"):
                self.add_error("days", "Choose the days on which people can chat.")
            if cleaned.get("opens_at") and cleaned.get("opens_at") == cleaned.get("closes_at"):
                self.add_error("closes_at", "Say until when: now the hours end when they begin.")
        return cleaned
