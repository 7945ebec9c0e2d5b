"""One fact of a contact as somebody of the team corrects it; the write is domain/correct.py."""

from django import forms

from core.contacts.models import Contact
from tenants.fields import MailField, NamesWhatIsMissing

PHONE = r"^[0-9+()./ -]*[0-9][0-9+()./ -]*$"
FIELDS = ("name", "email", "phone")
"""What can be corrected in place, in the order it is shown."""


class ContactForm(NamesWhatIsMissing, forms.Form):
    """The facts that are corrected in place; each alone, so that none is in the way of another."""

    name = forms.CharField(label="Name", max_length=200, required=False)
    email = MailField(label="E-mail", max_length=254, required=False)
    phone = forms.RegexField(
        PHONE,
        label="Phone",
        max_length=40,
        required=False,
        error_messages={"invalid": "Type a phone number: digits, and a + before the country."},
        widget=forms.TextInput({"type": "tel"}),
    )

    @classmethod
    def shown(cls, contact: Contact) -> "ContactForm":
        """The facts as they stand."""
        return cls(initial={name: getattr(contact, name) for name in FIELDS})

    @classmethod
    def only(cls, field: str, *, value: str) -> "ContactForm":
        """One fact as it was typed."""
        form = cls({field: value})
        form.fields = {field: form.fields[field]}
        return form
