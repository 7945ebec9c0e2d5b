"""The form field of each kind of question: how it is asked in a page, and what it takes for an answer.

Which questions are asked of whom is submission.py.
"""

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from core.fields import MailAddress, PlainText
from core.ui.links import linked
from inbox.transports.form.rules.kinds import YES, Input
from inbox.transports.form.rules.questions import Question

SHORT_LIST = 8
"""So many choices are shown at once; more stand in a list that opens."""


class OneLine(PlainText):
    """Text on one line, whatever was sent: an answer cannot pass for two."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class NumberAnswer(OneLine):
    """A number as it was typed, with a point for a comma."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not _is_number(value):
            raise ValidationError(f"{self.label} must be a number, such as 12 or 12.5.")

    def to_python(self, value: Any) -> str:
        return super().to_python(value).replace(",", ".")


def _is_number(text: str) -> bool:
    try:
        return text.isascii() and "_" not in text and Decimal(text).is_finite()
    except InvalidOperation:
        return False


class DateAnswer(OneLine):
    """A date as browsers send it, year first."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not _is_date(value):
            raise ValidationError(f"{self.label} must be a date, such as 2030-12-31.")


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _written(widget: type[forms.Widget], question: Question, **more: str) -> forms.Widget:
    attrs = {"autocomplete": question.kind.autocomplete} if question.kind.autocomplete else {}
    return widget(attrs={**attrs, **more})


def _plain(
    kind: type[PlainText], widget: type[forms.Widget], **attrs: str
) -> Callable[[Question], forms.Field]:
    def make(question: Question) -> forms.Field:
        return kind(
            label=question.label,
            limit=question.kind.limit,
            required=question.required,
            widget=_written(widget, question, **attrs),
        )

    return make


def _one(question: Question) -> forms.Field:
    options = [(option, option) for option in question.options]
    if len(options) > SHORT_LIST:
        options = [("", "Choose…"), *options]
    few = len(question.options) <= SHORT_LIST
    widget = forms.RadioSelect(attrs={"class": "radio radio-primary radio-sm"}) if few else forms.Select()
    return forms.ChoiceField(
        label=question.label,
        choices=options,
        required=_must_choose(question),
        widget=widget,
        error_messages=_choice_errors(question),
    )


def _many(question: Question) -> forms.Field:
    return forms.MultipleChoiceField(
        label=question.label,
        choices=[(option, option) for option in question.options],
        required=_must_choose(question),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-primary checkbox-sm"}),
        error_messages=_choice_errors(question),
    )


def _must_choose(question: Question) -> bool:
    """A damaged question that offers nothing holds nobody up."""
    return question.required and bool(question.options)


def _choice_errors(question: Question) -> dict[str, str]:
    gone = f"“%(value)s” is no answer to “{question.label.replace('%', '%%')}”."
    return {"required": f"{question.label} is needed.", "invalid_choice": gone}


def _check(question: Question) -> forms.Field:
    label: str | SafeString = linked(question.text) if question.kind.key == "consent" else question.label
    return forms.BooleanField(
        label=label,
        required=question.required,
        widget=forms.CheckboxInput(attrs={"value": YES}),
        error_messages={"required": f"Tick {_box(question)} to go on."},
    )


def _box(question: Question) -> str:
    """A consent's label is the team's own name for it, and no stranger reads that."""
    return "this box" if question.kind.key == "consent" else f"“{question.label}”"


MAKERS: dict[Input, Callable[[Question], forms.Field]] = {
    "text": _plain(OneLine, forms.TextInput),
    "email": _plain(MailAddress, forms.EmailInput),
    "tel": _plain(OneLine, forms.TextInput, type="tel"),
    "textarea": _plain(PlainText, forms.Textarea, rows="5"),
    "number": _plain(NumberAnswer, forms.TextInput, inputmode="decimal"),
    "date": _plain(DateAnswer, forms.DateInput, type="date"),
    "hidden": _plain(OneLine, forms.HiddenInput),
    "one": _one,
    "many": _many,
    "check": _check,
}


def field_of(question: Question) -> forms.Field:
    """The form field that asks this question."""
    field = MAKERS[question.kind.input](question)
    field.help_text = question.help
    return field
