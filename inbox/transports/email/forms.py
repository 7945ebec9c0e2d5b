"""What a teammate may change about e-mail."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.fields import PlainText
from inbox.transports.email.models import AutoAnswer


class AutoAnswerForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Whether mail is answered at once, and with which words."""

    text = PlainText(
        label="What it says", limit=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    class Meta:
        model = AutoAnswer
        fields = ["is_active", "text"]
        labels = {"is_active": "Answer mail automatically"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_active") and not cleaned.get("text", "").strip() and "text" not in self.errors:
            raise ValidationError({"text": "Say what is answered, or turn it off."})
        return cleaned
