"""Form fields for what people and strangers type: errors name the field, and nothing unstorable gets through.

What can be stored is tenants/text.py; the API states the same limits in its schemas.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from tenants.text import is_storable, unstorable


class PlainText(forms.CharField):
    """Text of at most `limit` characters."""

    def __init__(self, *, label: str, limit: int, required_message: str = "", **options: Any) -> None:
        self.limit = limit
        messages = {"required": required_message or f"{label} is needed."}
        super().__init__(label=label, error_messages=messages, **options)
        self.validators = []  # Django's would not name the field; validate() below does

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "maxlength": str(self.limit)}

    def validate(self, value: Any) -> None:
        super().validate(value)
        if not is_storable(value):
            raise ValidationError(unstorable(str(self.label)))
        if len(value) > self.limit:
            raise ValidationError(
                f"{self.label} can have at most {self.limit:,} characters; this has {len(value):,}."
            )


class MailAddress(PlainText):
    """An address that could be written to."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            EmailValidator(message=f"{self.label} does not look like an address, such as name@example.com.")(
                value
            )
