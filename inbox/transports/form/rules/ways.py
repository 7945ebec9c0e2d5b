"""Whether everybody who fills in a form is asked how to answer them: a lead without that is worth nothing.

The rest of what questions must be together is checking.py.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from inbox.transports.form.rules.kinds import WAYS, YES
from inbox.transports.form.rules.questions import Question

SOMETHING_ELSE = "\ufffd"
"""Stands for any answer that no condition names."""


def always_asks_a_way(questions: Sequence[Question]) -> bool:
    """Whether no answers leave both the e-mail address and the phone number unasked.

    Either one has no condition, or both hang on the same question and each of its answers asks for one.
    """
    ways = [question for question in questions if question.kind.key in WAYS]
    conditions = [way.when for way in ways if way.when]
    if len(conditions) < len(ways):
        return True
    keys = {when.key for when in conditions}
    deciding = next((question for question in questions if {question.key} == keys), None)
    if deciding is None:
        return False
    named = {value for when in conditions for value in when.values}
    return all(any(when.holds(given) for when in conditions) for given in _answers(deciding, named))


def _answers(question: Question, named: set[str]) -> Iterator[Sequence[str]]:
    """Every answer that two conditions could tell apart; of several choices, as many as conditions."""
    if question.when or not question.required:
        yield ()
    if question.kind.input == "check":
        known = {YES}
    else:
        known = set(question.options) if question.kind.has_options else named | {SOMETHING_ELSE}
    for most in (1, 2) if question.kind.input == "many" else (1,):
        yield from combinations(sorted(known), most)
