"""What a stranger sends through a form: its questions, checked, as far as they are asked.

Each question's own field is fields.py; when one is asked is rules/conditions.py.
"""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from inbox.transports.form.forms.fields import field_of
from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules.answers import Answer
from inbox.transports.form.rules.kinds import WAYS, YES
from inbox.transports.form.rules.questions import Question


class SubmissionForm(forms.Form):
    """The questions one LeadForm asks; `params` are an address's, for the hidden ones."""

    def __init__(
        self, lead_form: LeadForm, data: Any = None, *, params: Mapping[str, str] | None = None
    ) -> None:
        self.questions = {question.key: question for question in lead_form.questions}
        initial = {
            question.key: (params or {}).get(question.param, "")[: question.kind.limit]
            for question in self.questions.values()
            if question.param
        }
        super().__init__(data, auto_id="f_%s", initial=initial)
        for question in self.questions.values():
            self.fields[question.key] = field_of(question)

    def clean(self) -> dict[str, Any]:
        """A form of before that asks some people for no way to answer takes what they say all the same."""
        cleaned = super().clean() or {}
        unasked = self.unasked
        for key in unasked:
            cleaned.pop(key, None)
            self.errors.pop(key, None)
        ways = [key for key in WAYS if key in self.fields and key not in unasked]
        if ways and not self.errors and not any(cleaned.get(key) for key in ways):
            labels = " or ".join(f"“{self.questions[key].label}”" for key in ways)
            raise ValidationError(f"Fill in {labels}, so that we can answer.")
        return cleaned

    @property
    def unasked(self) -> set[str]:
        """The questions that what was sent leaves unasked; all is asked while nothing was."""
        given: dict[str, list[str]] = {}
        hidden: set[str] = set()
        for question in self.questions.values() if self.is_bound else ():
            if question.when and not question.when.holds(given.get(question.when.key, ())):
                hidden.add(question.key)
            else:
                given[question.key] = self._given(question.key)
        return hidden

    def _given(self, key: str) -> list[str]:
        """What was sent to a question, as it was."""
        value = self.fields[key].widget.value_from_datadict(self.data, self.files, key)
        if isinstance(value, list):
            return [str(one) for one in value]
        if isinstance(value, bool):
            return [YES] if value else []
        return [str(value)] if value else []

    def facts(self) -> dict[str, str]:
        """What fills in the contact, and the message."""
        asked = (question for question in self.questions.values() if question.kind.fills)
        return {question.kind.fills: self.cleaned_data.get(question.key, "") for question in asked}

    def answers(self) -> list[Answer]:
        """What was answered to the form's own questions, in their order; what was left empty is left out."""
        own = [question for question in self.questions.values() if not question.kind.fills]
        found = [
            Answer(question, self._said(question)) for question in own if question.key in self.cleaned_data
        ]
        return [answer for answer in found if answer.values or answer.question.kind.key == "yes"]

    def _said(self, question: Question) -> tuple[str, ...]:
        value = self.cleaned_data[question.key]
        if isinstance(value, bool):
            return (YES,) if value else ()
        if isinstance(value, list):
            return tuple(value)
        return (value,) if value else ()

    def asked(self) -> list[tuple[Question, forms.BoundField, str]]:
        """For the template: each question, its field, and its condition as the browser reads it."""
        return [
            (question, self[key], json.dumps(question.when.entry) if question.when else "")
            for key, question in self.questions.items()
        ]
