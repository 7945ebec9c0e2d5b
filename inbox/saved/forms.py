"""What is typed when a view is saved."""

from django import forms

from core.fields import PlainText
from inbox.saved.domain.saved import NAME_LENGTH


class SavedForm(forms.Form):
    """A name, and whether everybody sees it; who may share one is asked by the view."""

    name = PlainText(
        label="Name", limit=NAME_LENGTH, required_message="Give the view a name, such as “Urgent invoices”."
    )
    shared = forms.BooleanField(label="Everybody in the inbox sees it", required=False)

    def __init__(self, *args: object, may_share: bool, may_keep: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own arguments
        if not may_share or not may_keep:
            del self.fields["shared"]
        self.shares = may_share and not may_keep
