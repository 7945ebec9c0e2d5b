"""What the team makes of a form: its words, and its questions in the order in which they stand in the page.

The page is the state: whatever is moved or added comes back with all that was typed, and only Save stores.
One question's own fields are questions.py; what they must be together is rules/checking.py.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from inbox.transports.form.forms.questions import QuestionForm
from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules.checking import MOST_QUESTIONS, dependants, problems
from inbox.transports.form.rules.kinds import KINDS, Kind
from inbox.transports.form.rules.questions import KEY, Question, new_key, plain_question
from tenants.fields import name_what_is_missing


class LeadFormForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The words of a form."""

    class Meta:
        model = LeadForm
        fields = ["title", "intro", "button", "thanks", "confirms", "is_active"]
        labels = {
            "intro": "Introduction",
            "thanks": "Thanks",
            "button": "Button",
            "confirms": "Have people confirm their e-mail address by a link in a mail",
            "is_active": "Takes answers",
        }
        widgets = {"intro": forms.Textarea(attrs={"rows": 3}), "thanks": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_what_is_missing(self.fields)


class Builder:
    """A form being built. `notes` are what stood in the way of what was last asked for, in words.

    From a row it shows what is stored; from `data` what somebody typed. A `draft` is not checked. `opened` is
    the stamp of the form that the page began with, "" for a new one.
    """

    def __init__(
        self, lead_form: LeadForm | None, data: QueryDict | None = None, *, draft: bool = False
    ) -> None:
        self.notes: list[str] = []
        self.lead_form = lead_form or LeadForm()
        self.opened = data.get("opened", "") if data is not None else lead_form.stamp if lead_form else ""
        typed = None if data is None else {name: data.get(name, "") for name in LeadFormForm.Meta.fields}
        if draft and typed is not None:
            self.words = LeadFormForm(instance=self.lead_form, initial=typed)
        else:
            self.words = LeadFormForm(data, instance=self.lead_form)
        if data is None:
            self.rows = [QuestionForm.showing(question) for question in self.lead_form.questions]
        else:
            self.rows = [self._sent(key, data) for key in _order(data)]
        self._link()

    @staticmethod
    def _sent(key: str, data: Mapping[str, Any]) -> QuestionForm:
        return QuestionForm(data, key=key, kind=KINDS.get(str(data.get(f"{key}-kind")), KINDS["text"]))

    def _link(self) -> None:
        """Each question may be asked because of an earlier one."""
        earlier: list[Question] = []
        for row in self.rows:
            row.link(earlier)
            earlier.append(row.typed)

    @property
    def drawn(self) -> LeadForm:
        """The form as it would be, for the preview; never saved."""
        values = {name: self.words[name].value() or "" for name in ("title", "intro", "button", "thanks")}
        return LeadForm(fields=self.entries, **values)

    @property
    def questions(self) -> list[Question]:
        return [row.typed for row in self.rows]

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The questions as a row keeps them."""
        return [question.entry for question in self.questions]

    @property
    def addable(self) -> list[Kind]:
        """The kinds of which one more can be asked."""
        there = {row.kind.key for row in self.rows if row.kind.fills}
        return [kind for kind in KINDS.values() if kind.key not in there]

    def is_valid(self) -> bool:
        """Whether it can be stored; what stands in the way is said at its place."""
        words = self.words.is_valid()
        places = {row.key: row for row in self.rows}
        for problem in problems(self.questions, confirms=self.words.cleaned_data.get("confirms", False)):
            row = places.get(problem.key)
            if row is None:
                self.notes.append(problem.words)
            else:
                row.add_error(problem.part if problem.part in row.fields else None, problem.words)
        return words and not self.wrong

    @property
    def wrong(self) -> int:
        """How many things are in the way of saving; 0 for a draft, which is not checked."""
        if not self.words.is_bound:
            return 0
        said = [self.words, *self.rows]
        return len(self.notes) + sum(len(errors) for form in said for errors in form.errors.values())

    def act(self, verb: str, name: str) -> None:
        """Add, move or remove a question; `notes` say why it did not."""
        if verb == "add":
            self._add(name)
        row = next((row for row in self.rows if row.key == name), None)
        if row is not None and verb in {"up", "down"}:
            self._move(row, by=-1 if verb == "up" else 1)
        elif row is not None and verb == "remove":
            self._remove(row)
        self._link()
        self._check_order()

    def _add(self, name: str) -> None:
        kind = next((kind for kind in self.addable if kind.key == name), None)
        if len(self.rows) >= MOST_QUESTIONS:
            self.notes.append(f"A form has at most {MOST_QUESTIONS} questions.")
        elif kind is not None:
            self.rows.append(QuestionForm.showing(plain_question(kind, key=kind.fills or new_key())))
            self.rows[-1].is_new = True

    def _move(self, row: QuestionForm, *, by: int) -> None:
        at = self.rows.index(row)
        to = at + by
        if not 0 <= to < len(self.rows):
            return
        first, second = self.rows[min(at, to)], self.rows[max(at, to)]
        if second.typed.when and second.typed.when.key == first.key:
            self.notes.append(
                f"“{second.typed.label}” is asked because of “{first.typed.label}”, so it stays below it."
                " Take its condition away first."
            )
            return
        self.rows[at], self.rows[to] = self.rows[to], self.rows[at]

    def _remove(self, row: QuestionForm) -> None:
        needing = dependants(self.questions, row.key)
        if needing:
            names = ", ".join(f"“{question.label}”" for question in needing)
            verb = "is" if len(needing) == 1 else "are"
            self.notes.append(
                f"{names} {verb} asked because of “{row.typed.label}”. Change that condition first."
            )
            return
        self.rows.remove(row)

    def _check_order(self) -> None:
        """What was dragged above the question that decides about it is told at once."""
        before: set[str] = set()
        for row in self.rows:
            when = row.typed.when
            if when and when.key not in before:
                self.notes.append(
                    f"“{row.typed.label}” is asked because of a question that does not come before it."
                )
            before.add(row.key)


def _order(data: QueryDict) -> list[str]:
    """The keys of the questions as they stood in the page, each once."""
    keys = [key for key in dict.fromkeys(data.getlist("order")) if KEY.fullmatch(key)]
    return keys[: MOST_QUESTIONS + 1]
