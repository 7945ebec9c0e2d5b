"""One question as it stands in the builder: what is typed about it, and what it would be.

Nothing is refused here, so that half a question can be moved about; rules/checking.py says what is wrong.
"""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

from inbox.transports.form.rules.conditions import Condition, Op
from inbox.transports.form.rules.kinds import YES, Kind
from inbox.transports.form.rules.questions import Question
from tenants.text import unix_lines

ALWAYS = ("", "Always")


class QuestionForm(forms.Form):
    """The fields that a question of its kind has, named after its key."""

    label = forms.CharField(label="Question", required=False)
    help = forms.CharField(label="Help below it", required=False)
    required = forms.BooleanField(label="Must be answered", required=False)
    options = forms.CharField(
        label="Answers",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on each line.",
    )
    text = forms.CharField(
        label="What people consent to",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Visitors read this beside the box, and it is kept word for word with each consent."
        " Addresses become links.",
    )
    param = forms.CharField(
        label="Parameter of the address",
        required=False,
        help_text="Such as utm_source; people do not see it.",
    )
    when_key = forms.CharField(label="Ask it", required=False, widget=forms.Select())
    when_op = forms.CharField(label="if its answer", required=False, widget=forms.Select(choices=Op.choices))
    when_values = forms.Field(required=False, label="Which answer")

    is_new = False

    def __init__(
        self, data: Any = None, *, key: str, kind: Kind, shown: Question | None = None, **options: Any
    ) -> None:
        super().__init__(data, prefix=key, auto_id="b_%s", **options)
        self.key, self.kind, self._shown = key, kind, shown
        for name, is_there in self._parts().items():
            if not is_there:
                del self.fields[name]

        if kind.is_named:
            self.fields["label"].label = "What your team calls it"
            self.fields["label"].help_text = "Visitors do not see this name: it stands in the inbox."

    @classmethod
    def showing(cls, question: Question) -> "QuestionForm":
        """A question as it is stored."""
        when = question.when
        initial = {
            "label": question.label,
            "help": question.help,
            "required": question.required,
            "options": "\n".join(question.options),
            "text": question.text,
            "param": question.param,
            "when_key": when.key if when else "",
            "when_op": when.op.value if when else Op.IS.value,
            "when_values": list(when.values) if when else [],
        }
        return cls(key=question.key, kind=question.kind, shown=question, initial=initial)

    def _parts(self) -> dict[str, bool]:
        kind = self.kind
        return {
            "help": kind.is_asked,
            "required": kind.can_be_required,
            "options": kind.has_options,
            "text": kind.key == "consent",
            "param": kind.key == "hidden",
        }

    def link(self, earlier: Sequence[Question]) -> None:
        """What may decide whether this is asked: the questions before it, and their answers."""
        when = self.typed.when
        choices = [ALWAYS, *((one.key, f"If “{one.label or one.kind.label}”") for one in earlier)]
        if when and all(when.key != one.key for one in earlier):
            choices.append((when.key, "If a question that does not come before this one"))
        cast("forms.Select", self.fields["when_key"].widget).choices = choices
        asked = next((one for one in earlier if when and one.key == when.key), None)
        known = _answers_of(asked)
        self.fields["when_values"].widget = (
            forms.CheckboxSelectMultiple(
                choices=known, attrs={"class": "checkbox checkbox-primary checkbox-sm"}
            )
            if known
            else _Lines(attrs={"rows": 2})
        )

    @property
    def is_conditional(self) -> bool:
        return self.typed.when is not None

    @property
    def needs_values(self) -> bool:
        when = self.typed.when
        return when is not None and when.op is not Op.FILLED

    @property
    def typed(self) -> Question:
        """The question as it would be."""
        if self._shown is not None:
            return self._shown
        required = self.kind.can_be_required and bool(self._raw("required"))
        return Question(
            key=self.key,
            kind=self.kind,
            label=self._line("label"),
            help=self._line("help") if self.kind.is_asked else "",
            required=required,
            options=_lines(self._raw("options")) if self.kind.has_options else (),
            text=unix_lines(self._raw("text")).strip() if self.kind.key == "consent" else "",
            param=self._raw("param").strip() if self.kind.key == "hidden" else "",
            when=self._when(),
        )

    def _when(self) -> Condition | None:
        key, op = self._raw("when_key"), self._raw("when_op")
        if not key:
            return None
        op = Op(op) if op in Op.values else Op.IS
        sent = cast("QueryDict", self.data).getlist(f"{self.key}-when_values")
        values = tuple(dict.fromkeys(line for text in sent for line in _lines(text)))
        return Condition(key, op, () if op is Op.FILLED else values)

    def _raw(self, name: str) -> str:
        return str(self.data.get(f"{self.key}-{name}", ""))

    def _line(self, name: str) -> str:
        return " ".join(self._raw(name).split())


class _Lines(forms.Textarea):
    """Several values, one on each line."""

    def format_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else str(value or "")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name)


def _answers_of(question: Question | None) -> list[tuple[str, str]]:
    """What an earlier question can be answered with, where that is known."""
    if question is None:
        return []
    if question.kind.input == "check":
        return [(YES, "Ticked")]
    return [(option, option) for option in question.options]


def _lines(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(line for line in lines if line)
