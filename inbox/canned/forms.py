"""What is typed on the page of a canned reply."""

from django import forms

from core.fields import PlainText
from inbox.canned.domain.canned import MAX_LENGTH


class CannedForm(forms.Form):
    """Name, code, text, and whether the whole team has it; who may share it is asked by the view."""

    name = PlainText(label="Name", limit=80, required_message="Give it a name, such as “Thanks for waiting”.")
    code = PlainText(
        label="Code",
        limit=33,
        required_message="Give it a code, such as “thanks”.",
        help_text="In an answer, / and the code put it in.",
    )
    text = PlainText(
        label="Text",
        limit=MAX_LENGTH,
        required_message="Write what it says.",
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    shared = forms.BooleanField(label="The whole team uses it", required=False, initial=True)

    def __init__(self, *args: object, may_share: bool, may_keep: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        if not may_share or not may_keep:
            del self.fields["shared"]
        self.shares = may_share and not may_keep
