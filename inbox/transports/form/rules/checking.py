"""What the questions of a form must be, together: for the builder, and for what starter templates bring.

One question's own words are checked here too, so that both doors refuse the same in the same words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox.transports.form.rules.conditions import Op, folded
from inbox.transports.form.rules.kinds import WAYS, YES
from inbox.transports.form.rules.questions import KEY, OWN_KEY, PARAM, Question
from inbox.transports.form.rules.ways import always_asks_a_way
from tenants.text import is_storable, unstorable

MOST_QUESTIONS, MOST_OPTIONS = 40, 50
LIMITS = {"label": 200, "help": 300, "text": 2_000, "option": 100}
"""Characters."""
LEAST_OPTIONS = 2
NO_WAY = "Ask for an e-mail address or a phone number, so that leads can be answered."
NOT_ALWAYS = (
    "Some people would be asked for neither an e-mail address nor a phone number, and nobody could answer"
    " them. Take the condition away from one of the two, or have every answer to one required question ask"
    " for either."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words; `key` names the question, `part` what of it, both "" for the whole form."""

    words: str
    key: str = ""
    part: str = ""


def problems(questions: Sequence[Question], *, confirms: bool = False) -> list[Problem]:
    """Everything that stands in the way, first to last. `confirms` asks for an address to confirm."""
    return [*_of_all(questions, confirms=confirms), *_of_each(questions)]


def _of_all(questions: Sequence[Question], *, confirms: bool) -> Iterator[Problem]:
    if len(questions) > MOST_QUESTIONS:
        yield Problem(f"A form has at most {MOST_QUESTIONS} questions; this one has {len(questions)}.")
    if not any(question.kind.key in WAYS for question in questions):
        yield Problem(NO_WAY)
    elif not always_asks_a_way(questions):
        yield Problem(NOT_ALWAYS)
    mail = next((question for question in questions if question.kind.key == "email"), None)
    if confirms and (mail is None or not mail.required or mail.when):
        yield Problem(
            "To have an address confirmed, the form must always ask for the e-mail address: make that"
            " question required, without a condition."
        )


def _of_each(questions: Sequence[Question]) -> Iterator[Problem]:
    earlier: dict[str, Question] = {}
    for question in questions:
        if question.key in earlier:
            yield Problem(f"“{question.label}” is asked twice.", question.key)
        yield from (Problem(words, question.key, part) for part, words in _of_one(question))
        yield from (Problem(words, question.key, part) for part, words in _of_when(question, earlier))
        earlier[question.key] = question


def _of_one(question: Question) -> Iterator[tuple[str, str]]:
    kind = question.kind
    if not (question.key == kind.fills if kind.fills else OWN_KEY.fullmatch(question.key)):
        yield "", "This question has no valid key."
    if not question.label.strip():
        yield "label", "Say what your team calls it." if kind.is_named else "Say what is asked."
    if kind.key == "consent" and not question.text.strip():
        yield "text", "Say what people consent to."
    if kind.key == "hidden" and not PARAM.fullmatch(question.param):
        yield "param", "Name the parameter with letters, digits, “_”, “-” and “.”, such as utm_source."
    for part in ("label", "help", "text"):
        yield from ((part, words) for words in _of_text(getattr(question, part), LIMITS[part]))
    if kind.has_options:
        yield from (("options", words) for words in _of_options(question.options))


def _of_text(text: str, limit: int) -> Iterator[str]:
    if not is_storable(text):
        yield unstorable()
    if len(text) > limit:
        yield f"At most {limit:,} characters; this has {len(text):,}."


def _of_options(options: tuple[str, ...]) -> Iterator[str]:
    if len(options) < LEAST_OPTIONS:
        yield "Name at least two answers, each on a line of its own."
    if len(options) > MOST_OPTIONS:
        yield f"At most {MOST_OPTIONS} answers; these are {len(options)}."
    if len({folded(option) for option in options}) < len(options):
        yield "Two answers are the same."
    for option in options:
        yield from (f"“{option[:20]}”: {words}" for words in _of_text(option, LIMITS["option"]))


def _of_when(question: Question, earlier: dict[str, Question]) -> Iterator[tuple[str, str]]:
    when = question.when
    if when is None:
        return
    asked = earlier.get(when.key)
    if asked is None or not KEY.fullmatch(when.key):
        yield "when_key", "The question that decides must come earlier in the form."
        return
    if when.op is not Op.FILLED and not any(value.strip() for value in when.values):
        yield "when_values", "Say which answer decides."
    if len(when.values) > MOST_OPTIONS or any(len(value) > asked.kind.limit for value in when.values):
        yield "when_values", "These answers are too many or too long."
    if not all(is_storable(value) for value in when.values):
        yield "when_values", unstorable()
    known = asked.options if asked.kind.has_options else (YES,) if asked.kind.input == "check" else None
    if known is not None:
        offered = {folded(option) for option in known}
        for value in when.values:
            if folded(value) not in offered:
                yield "when_values", f"“{value}” is no answer to “{asked.label}”."


def dependants(questions: Sequence[Question], key: str) -> list[Question]:
    """The questions that are asked because of what `key` was answered."""
    return [question for question in questions if question.when and question.when.key == key]
