"""What may be asked, when it is asked, and what becomes of the answers: without a page."""

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict

from inbox.transports.form.forms.submission import SubmissionForm
from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules.checking import NO_WAY, NOT_ALWAYS, problems
from inbox.transports.form.rules.conditions import Condition, Op
from inbox.transports.form.rules.kinds import KINDS
from inbox.transports.form.rules.questions import Question, default_fields, read_questions

EMAIL = Question(key="email", kind=KINDS["email"], label="E-mail", required=True)
COLOUR = Question(key="q00000001", kind=KINDS["one"], label="Colour", options=("Red", "Blue"))


def ask(kind: str, number: int = 2, **more: Any) -> Question:
    return Question(**{"key": f"q0000000{number}", "kind": KINDS[kind], "label": "Asked", **more})


def because(op: Op, *values: str, key: str = COLOUR.key) -> Condition:
    return Condition(key, op, values)


def filled(*questions: Question, **sent: Any) -> SubmissionForm:
    data = QueryDict(mutable=True)
    for key, value in {"email": "a@b.test", **sent}.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return SubmissionForm(LeadForm(fields=[one.entry for one in (EMAIL, *questions)]), data)


EVERY = [
    ask("text", 1, help="Short"),
    ask("one", 2, options=("A", "B")),
    ask("many", 3, options=("A", "B"), required=True),
    ask("consent", 4, text="Write to me."),
    ask("hidden", 5, param="utm_source"),
    ask("yes", 6, when=Condition("q00000002", Op.ONE_OF, ("A", "B"))),
]


def test_a_question_comes_back_from_its_row_as_it_was() -> None:
    assert read_questions([question.entry for question in EVERY]) == EVERY
    assert problems([EMAIL, *EVERY]) == []


def test_rows_of_the_first_shape_are_read_in_the_order_they_always_had() -> None:
    stored = [{"key": "message", "required": False}, {"key": "email", "required": True}]
    assert [(one.key, one.label, one.required) for one in read_questions(stored)] == [
        ("email", "E-mail", True),
        ("message", "Message", False),
    ]
    assert [one.key for one in read_questions(default_fields())] == [
        "name",
        "email",
        "phone",
        "company",
        "message",
    ]


@pytest.mark.parametrize(
    "entry",
    [
        None,
        7,
        {},
        {"key": "q1", "v": 3, "kind": "text"},
        {"key": "q1", "v": 2, "kind": "later"},
        {"key": "x"},
        {"key": ["x"]},
        {"key": "q1", "v": [2], "kind": "text"},
        {"key": "q1", "v": 2, "kind": []},
        {"key": "q1", "v": 2, "kind": {}},
    ],
)
def test_what_is_not_known_is_left_out(entry: Any) -> None:
    assert read_questions([entry, EMAIL.entry]) == [EMAIL]


WHEN = because(Op.IS, "Red").entry
CHOICE = replace(COLOUR, label="", when=because(Op.IS, "Red")).entry


@pytest.mark.parametrize(
    ("damage", "options", "when"),
    [
        ({"label": 5, "help": None}, COLOUR.options, because(Op.IS, "Red")),
        ({"options": 5}, (), because(Op.IS, "Red")),
        ({"options": None}, (), because(Op.IS, "Red")),
        ({"options": "Red"}, (), because(Op.IS, "Red")),
        ({"options": ["Red", 5, ["x"], "Blue"]}, COLOUR.options, because(Op.IS, "Red")),
        ({"when": {**WHEN, "values": 5}}, COLOUR.options, because(Op.IS)),
        ({"when": {**WHEN, "values": [None, "Red"]}}, COLOUR.options, because(Op.IS, "Red")),
        ({"when": {**WHEN, "op": ["is"]}}, COLOUR.options, None),
        ({"when": [WHEN]}, COLOUR.options, None),
    ],
)
def test_what_is_damaged_of_a_question_is_left_out(
    damage: dict[str, Any], options: tuple[str, ...], when: Condition | None
) -> None:
    [found] = read_questions([CHOICE | damage])
    assert found == replace(COLOUR, label="", options=options, when=when)


@pytest.mark.parametrize("kind", ["one", "many"])
def test_a_question_that_offers_nothing_holds_nobody_up(kind: str) -> None:
    assert filled(ask(kind, required=True)).is_valid()
    assert not filled(ask(kind, required=True, options=("A", "B"))).is_valid()


@pytest.mark.parametrize("stored", [None, 5, "text", {"key": "email"}])
def test_what_is_no_list_asks_nothing(stored: Any) -> None:
    assert read_questions(stored) == []


WRONG: list[tuple[Question, str, str]] = [
    (ask("text", label=" "), "label", "Say what is asked."),
    (ask("consent", label=" ", text="Yes?"), "label", "Say what your team calls it."),
    (ask("text", label="x" * 201), "label", "At most 200 characters; this has 201."),
    (
        ask("text", help="a\0"),
        "help",
        "This has a character that cannot be stored. Remove it and send again.",
    ),
    (ask("text", key="email"), "", "“Asked” is asked twice."),
    (ask("text", key="website"), "", "This question has no valid key."),
    (ask("one", options=("A",)), "options", "Name at least two answers, each on a line of its own."),
    (ask("one", options=("A", "a ")), "options", "Two answers are the same."),
    (ask("many", options=tuple(map(str, range(51)))), "options", "At most 50 answers; these are 51."),
    (ask("consent"), "text", "Say what people consent to."),
    (
        ask("hidden", param="utm source"),
        "param",
        "Name the parameter with letters, digits, “_”, “-” and “.”, such as utm_source.",
    ),
    (
        ask("text", when=because(Op.IS, "x", key="q00000009")),
        "when_key",
        "The question that decides must come earlier in the form.",
    ),
    (
        ask("text", when=because(Op.IS, "x", key="q00000002")),
        "when_key",
        "The question that decides must come earlier in the form.",
    ),
    (ask("text", when=because(Op.IS)), "when_values", "Say which answer decides."),
    (ask("text", when=because(Op.IS, "Green")), "when_values", "“Green” is no answer to “Colour”."),
]


@pytest.mark.parametrize(("question", "part", "words"), WRONG)
def test_what_is_wrong_is_said_at_its_place(question: Question, part: str, words: str) -> None:
    found = problems([EMAIL, COLOUR, question])
    assert [(one.words, one.part) for one in found][:1] == [(words, part)]
    assert {one.key for one in found} == {question.key}


def test_a_form_asks_for_a_way_to_answer_and_for_no_more_than_it_can() -> None:
    assert [one.words for one in problems([COLOUR])] == [NO_WAY]
    many = [ask("text", key=f"q{number:08x}") for number in range(40)]
    words = "A form has at most 40 questions; this one has 41."
    assert [one.words for one in problems([EMAIL, *many])] == [words]


def way(key: str, when: Condition | None) -> Question:
    return Question(key=key, kind=KINDS[key], label=key, when=when)


ANSWERED = Question(key=COLOUR.key, kind=KINDS["one"], label="Colour", required=True, options=("Red", "Blue"))
PICKED = Question(key=COLOUR.key, kind=KINDS["many"], label="Colours", required=True, options=("Red", "Blue"))
TOLD = Question(key=COLOUR.key, kind=KINDS["text"], label="Colour", required=True)
TICKED = Question(key=COLOUR.key, kind=KINDS["yes"], label="Red?")
LATER = Question(key="q00000002", kind=KINDS["text"], label="Why", required=True)
RED, BLUE = because(Op.IS, "Red"), because(Op.IS, "Blue")
NOT_RED, NOT_BLUE = because(Op.IS_NOT, "red"), because(Op.IS_NOT, "Blue")


@pytest.mark.parametrize(
    ("decides", "email", "phone", "is_enough"),
    [
        (ANSWERED, RED, None, True),
        (ANSWERED, RED, BLUE, True),
        (COLOUR, RED, BLUE, False),  # nobody need answer it
        (COLOUR, RED, NOT_RED, True),
        (ANSWERED, RED, RED, False),
        (ANSWERED, because(Op.FILLED), RED, True),
        (ANSWERED, because(Op.ONE_OF, "Red", "Blue"), RED, True),
        (PICKED, RED, BLUE, True),
        (PICKED, NOT_RED, NOT_BLUE, False),  # both may be picked
        (TOLD, RED, BLUE, False),  # and somebody says Green
        (TOLD, RED, NOT_RED, True),
        (TICKED, because(Op.IS, "yes"), because(Op.IS_NOT, "yes"), True),
        (TICKED, because(Op.IS, "yes"), because(Op.FILLED), False),
        (ANSWERED, RED, because(Op.FILLED, key=LATER.key), False),
    ],
)
def test_everybody_is_asked_how_they_can_be_answered(
    decides: Question, email: Condition | None, phone: Condition | None, is_enough: bool
) -> None:
    found = problems([decides, LATER, way("email", email), way("phone", phone)])
    assert [one.words for one in found] == ([] if is_enough else [NOT_ALWAYS])


def test_one_way_alone_has_no_condition() -> None:
    assert [one.words for one in problems([ANSWERED, way("email", RED)])] == [NOT_ALWAYS]
    assert problems([ANSWERED, way("email", because(Op.FILLED))]) == []


def test_a_question_that_is_not_always_asked_decides_for_nobody_else() -> None:
    start = ask("text", 3)
    hanging = replace(ANSWERED, when=because(Op.FILLED, key=start.key))
    found = problems([start, hanging, way("email", RED), way("phone", BLUE)])
    assert [one.words for one in found] == [NOT_ALWAYS]


def test_a_form_of_before_that_asks_some_no_way_can_be_sent_by_them() -> None:
    def sent(**said: str) -> SubmissionForm:
        data = QueryDict(mutable=True)
        data.update(said)
        return SubmissionForm(LeadForm(fields=[COLOUR.entry, way("email", RED).entry]), data)

    assert sent(q00000001="Blue").is_valid()
    assert sent(q00000001="Red").non_field_errors() == ["Fill in “email”, so that we can answer."]
    assert sent(q00000001="Red", email="a@b.test").is_valid()


@pytest.mark.parametrize(
    ("when", "given", "is_asked"),
    [
        (because(Op.IS, "Red"), "Red", True),
        (because(Op.IS, "red"), " RED ", True),
        (because(Op.IS, "Red"), "Blue", False),
        (because(Op.IS, "Red"), "", False),
        (because(Op.IS_NOT, "Red"), "Blue", True),
        (because(Op.IS_NOT, "Red"), "Red", False),
        (because(Op.IS_NOT, "Red"), "", True),
        (because(Op.ONE_OF, "Red", "Blue"), "Blue", True),
        (because(Op.FILLED), "Blue", True),
        (because(Op.FILLED), "", False),
    ],
)
def test_when_a_question_is_asked(when: Condition, given: str, is_asked: bool) -> None:
    assert when.holds([given] if given else []) is is_asked


def test_what_is_not_asked_is_neither_needed_nor_kept() -> None:
    shade = ask("number", 2, label="Shade", required=True, when=because(Op.IS, "Red"))
    form = filled(COLOUR, shade, q00000001="Blue", q00000002="not even a number")
    assert (form.is_valid(), [answer.question.label for answer in form.answers()]) == (True, ["Colour"])
    form = filled(COLOUR, shade, q00000001="Red", q00000002="")
    assert form.errors == {"q00000002": ["Shade is needed."]}


def test_what_hangs_on_something_that_is_not_asked_sees_it_empty() -> None:
    shade = ask("text", 2, label="Shade", when=because(Op.IS, "Red"))
    why = ask("text", 3, label="Why", required=True, when=because(Op.FILLED, key=shade.key))
    form = filled(COLOUR, shade, why, q00000001="Blue", q00000002="dark", q00000003="")
    assert (form.is_valid(), len(form.answers())) == (True, 1)


@pytest.mark.parametrize(
    ("question", "sent", "error"),
    [
        (ask("number"), "twelve", "Asked must be a number, such as 12 or 12.5."),
        (ask("number"), "NaN", "Asked must be a number, such as 12 or 12.5."),
        (ask("number"), "1_0", "Asked must be a number, such as 12 or 12.5."),
        (ask("date"), "2030-02-30", "Asked must be a date, such as 2030-12-31."),
        (ask("date"), "20300201", "Asked must be a date, such as 2030-12-31."),
        (ask("one", options=("A", "B")), "C", "“C” is no answer to “Asked”."),
        (ask("many", options=("A", "B")), ["A", "C"], "“C” is no answer to “Asked”."),
        (ask("consent", text="Yes?", required=True), "", "Tick this box to go on."),
        (ask("text"), "x" * 301, "Asked can have at most 300 characters; this has 301."),
        (ask("hidden", param="p"), "x" * 301, "Asked can have at most 300 characters; this has 301."),
    ],
)
def test_a_bad_answer_is_a_clear_error(question: Question, sent: Any, error: str) -> None:
    assert filled(question, q00000002=sent).errors == {"q00000002": [error]}


@pytest.mark.parametrize(
    ("question", "sent", "said"),
    [
        (ask("number"), "12,5", "12.5"),
        (ask("date"), "2030-02-28", "2030-02-28"),
        (ask("many", options=("A", "B")), ["B", "A"], "B, A"),
        (ask("yes"), "yes", "Yes"),
        (ask("yes"), "", "No"),
        (ask("consent", text="Write."), "yes", "Agreed"),
        (ask("text"), "one\nConsent: Agreed", "one Consent: Agreed"),
        (ask("long"), "one\ntwo", "one\ntwo"),
        (ask("hidden", param="p"), "spring", "spring"),
    ],
)
def test_an_answer_in_words(question: Question, sent: Any, said: str) -> None:
    form = filled(question, q00000002=sent)
    assert (form.is_valid(), [answer.entry["said"] for answer in form.answers()]) == (True, [said])


@pytest.mark.parametrize("kind", ["text", "many", "consent", "hidden"])
def test_an_empty_answer_is_left_out(kind: str) -> None:
    form = filled(ask(kind, options=("A", "B"), text="x"))
    assert (form.is_valid(), form.answers()) == (True, [])
