"""An answer to a question of a form: as it is kept, and as words in a message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inbox.transports.form.rules.kinds import YES
from inbox.transports.form.rules.questions import Question

AGREED = "Agreed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked and what was said; of several choices, each is one of `values`."""

    question: Question
    values: tuple[str, ...]

    @property
    def entry(self) -> dict[str, Any]:
        """As a submission keeps it, readable without the form."""
        question = self.question
        return {
            "key": question.key,
            "kind": question.kind.key,
            "label": question.label,
            "values": list(self.values),
            "said": said(question, self.values),
        }


def said(question: Question, values: Sequence[str]) -> str:
    """An answer in words."""
    if question.kind.key == "consent":
        return AGREED
    if question.kind.input == "check":
        return "Yes" if YES in values else "No"
    return ", ".join(values)


def in_words(message: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The message and what was answered, as one plain text: for mails, lists and the search."""
    return "\n\n".join(part for part in (message, lines_of(entries)) if part)


def lines_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """The answers of a submission as plain text; a text of several lines begins below its question."""
    return "\n".join(f"{entry['label']}:{_gap(entry['said'])}{entry['said']}" for entry in entries)


def _gap(said: str) -> str:
    return "\n" if "\n" in said else " "
