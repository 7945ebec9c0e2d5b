"""What a stranger may send through a form, and what a teammate may change about one.

The kinds of fields and their lengths are rules.py; nothing here writes.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.fields import MailAddress, PlainText
from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules import KINDS, FieldKind, Shown
from tenants.fields import name_what_is_missing

TRAP = "website"
"""A field people cannot see; robots fill it in."""


class SubmissionForm(forms.Form):
    """The questions one LeadForm asks."""

    def __init__(self, lead_form: LeadForm, data: Any = None) -> None:
        super().__init__(data, auto_id="f_%s")
        for kind, required in lead_form.shown_fields:
            self.fields[kind.key] = _question(kind, required=required)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        ways = [key for key in ("email", "phone") if key in self.fields]
        if ways and not self.errors and not any(cleaned.get(key) for key in ways):
            labels = " or ".join(KINDS[key].label.lower() for key in ways)
            raise ValidationError(f"Leave your {labels}, so that we can answer.")
        return cleaned


def _question(kind: FieldKind, *, required: bool) -> forms.Field:
    attrs = {"autocomplete": kind.autocomplete} if kind.autocomplete else {}
    widgets = {"textarea": forms.Textarea(attrs={**attrs, "rows": 5}), "email": forms.EmailInput(attrs=attrs)}
    widget = widgets.get(kind.input_type) or forms.TextInput(attrs={**attrs, "type": kind.input_type})
    field = MailAddress if kind.input_type == "email" else PlainText
    return field(label=kind.label, limit=kind.limit, required=required, widget=widget)


class LeadFormForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Words and questions of a form."""

    class Meta:
        model = LeadForm
        fields = ["title", "intro", "button", "thanks", "is_active"]
        labels = {
            "intro": "Introduction",
            "thanks": "Thanks",
            "button": "Button",
            "is_active": "Takes answers",
        }
        widgets = {"intro": forms.Textarea(attrs={"rows": 3}), "thanks": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = {kind.key: required for kind, required in self.instance.shown_fields}
        for kind in KINDS.values():
            self.fields[f"show_{kind.key}"] = forms.BooleanField(
                label=kind.label, required=False, initial=kind.key in shown
            )
            self.fields[f"need_{kind.key}"] = forms.BooleanField(
                label="Required", required=False, initial=shown.get(kind.key, False)
            )
        name_what_is_missing(self.fields)

    @property
    def questions(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For the template: whether to show a field, and whether it is required."""
        return [(self[f"show_{key}"], self[f"need_{key}"]) for key in KINDS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("show_email") and not cleaned.get("show_phone"):
            raise ValidationError(
                "Ask for an e-mail address or a phone number, so that leads can be answered."
            )
        return cleaned

    def chosen_fields(self) -> list[Shown]:
        """The fields as the row keeps them."""
        return [
            {"key": key, "required": bool(self.cleaned_data[f"need_{key}"])}
            for key in KINDS
            if self.cleaned_data[f"show_{key}"]
        ]
