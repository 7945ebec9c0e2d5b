"""Form fields and forms that every layer shares: one way to say that something is no address, or missing.

Fields that name themselves in their errors are core/fields.py.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.forms.utils import pretty_name

NO_ADDRESS = "This does not look like an e-mail address, such as name@example.com."

check_mail_address = EmailValidator(NO_ADDRESS)


class MailField(forms.EmailField):
    """Django's, in our words."""

    default_error_messages = {"invalid": NO_ADDRESS}


class NamesWhatIsMissing:
    """A form whose empty fields say what belongs there: “Type the owner’s name.”, “Choose the role.”

    `of` is who or what a field called name names: “Give the workspace a name.” A field that has words of its
    own keeps them.
    """

    fields: dict[str, forms.Field]
    of = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_what_is_missing(self.fields, of=self.of)


def name_what_is_missing(fields: Mapping[str, forms.Field], *, of: str = "") -> None:
    """The same for a form that finds its labels later."""
    plain = forms.Field.default_error_messages["required"]
    for name, field in fields.items():
        if field.error_messages.get("required") == plain:
            label = str(field.label or pretty_name(name))
            field.error_messages["required"] = (
                f"Give {of} a name." if of and name == "name" else _asked(field, label)
            )


def _asked(field: forms.Field, label: str) -> str:
    what = label[:1].lower() + label[1:]
    if isinstance(field, forms.EmailField):
        what = f"{what.removesuffix('e-mail')}e-mail address"
    whose = "" if what.startswith("your ") else "the "
    return f"{'Choose' if isinstance(field, forms.ChoiceField) else 'Type'} {whose}{what}."
