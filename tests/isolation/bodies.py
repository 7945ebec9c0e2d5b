"""Valid input for any form class or API schema, made from its fields: what an attack then spoils.

Which forms and schemas a view has is found in reads.py.
"""

from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator

from tests import world

Body = dict[str, str]

PHONE = "+1 202 555 0143"

KNOWN = {
    "password": "a-new-long-one",
    "oldpassword": world.PASSWORD,
    "password1": "a-new-long-one",
    "password2": "a-new-long-one",
    "login": "alice@alice.test",
    "address": "newcomer",
    "host": "newcomer.test",
    "colour": "#336699",
    "own_colour": "on",
    "seq": "1",
    "state": "resolved",
    "code": "123456",
    "remember": "on",
    "where": "subdomain",
    "sites": "https://alice.test",
    "opens": "always",
    "opens_at": "09:00",
    "closes_at": "17:00",
    "zone": "UTC",
    "reason": "They asked for help",
    "attached": "",
}
"""What the kind of a field does not say."""


ALSO = {"LeadFormForm": {"order": "email", "email-kind": "email", "email-label": "E-mail"}}
"""Fields that a form makes for each row, and cannot do without."""


def valid_form(kind: Any) -> Body:
    """Data that a form of this kind takes, as a browser sends it."""
    found = {name: _form_value(name, field) for name, field in kind.base_fields.items()}
    return {name: value for name, value in found.items() if value} | ALSO.get(kind.__name__, {})


def _form_value(name: str, field: forms.Field) -> str:
    if name in KNOWN:
        return KNOWN[name]
    if isinstance(field, forms.FileField | forms.BooleanField):
        return ""
    if isinstance(getattr(field, "choices", None), CallableChoiceIterator):
        return str(field.initial)  # what each place offers beside it is rows of that place
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        choices = [str(value) for value, _ in offered if value]
        return choices[-1] if choices else ""
    return _text_value(name, getattr(field, "max_length", None) or getattr(field, "limit", None), field)


def _text_value(name: str, length: int | None, field: forms.Field) -> str:
    if isinstance(field, forms.EmailField) or "email" in name:
        return "newcomer@alice.test"
    if isinstance(field, forms.URLField):
        return "https://alice.test/"
    if isinstance(field, forms.SlugField):
        return "newcomer"
    if isinstance(field, forms.UUIDField):
        return "0199fa12-0000-7000-8000-00000000c0de"  # what a browser makes up: it names nothing here
    if isinstance(field, forms.IntegerField | forms.FloatField):
        return "1"
    if name == "phone":
        return PHONE
    return "Fair words"[: length or 10]


def valid_json(schema: Any) -> dict[str, Any]:
    """Data that a schema of the API takes."""
    return {name: _json_value(name, info.annotation) for name, info in schema.model_fields.items()}


def _json_value(name: str, kind: Any) -> Any:
    if kind in {bool, int, float}:
        return kind(1)
    made = {"phone": PHONE, "email": "newcomer@alice.test"}
    return KNOWN.get(name) or made.get(name) or "Fair"
