"""inbox/search/asking.py: what is typed taken apart; nothing is an error, and what is left out is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.conversations.enums import State
from inbox.search.asking import MAX_LENGTH, MAX_WORDS, Asked, Term, parse, tsquery


def test_words_in_any_order_and_the_last_is_a_beginning() -> None:
    assert parse("Invoice  Zoë deliv").terms == (
        Term(("invoice",)),
        Term(("zoe",)),
        Term(("deliv",), prefix=True),
    )


def test_a_star_makes_a_beginning_and_a_quote_ends_one() -> None:
    assert parse('deliv* "next Monday"').terms == (
        Term(("deliv",), prefix=True),
        Term(("next", "monday")),
    )
    assert parse("“next monday”").terms == (Term(("next", "monday")),)
    assert parse('"next monday').terms == (Term(("next", "monday")),)


def test_what_is_written_together_is_a_phrase() -> None:
    assert parse("x@acme.test 12:30 end").terms[:2] == (Term(("x", "acme", "test")), Term(("12", "30")))


def test_operators() -> None:
    text = 'from:zoe FROM:"Zoë Quinn" label:"big deal" in:open in:snoozed is:note has:attachment'
    assert replace(parse(text), text="") == Asked(
        people=("zoe", "Zoë Quinn"),
        labels=("big deal",),
        states=(State.OPEN, State.SNOOZED),
        is_note=True,
        has_attachment=True,
    )


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-03-31", datetime(2026, 3, 31, tzinfo=UTC)),
        ("2026-3", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates(typed: str, moment: datetime) -> None:
    asked = parse(f"before:{typed} after:{typed}")
    assert (asked.before, asked.after, asked.hints) == (moment, moment, ())


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("before:2026-02-30", "“before:2026-02-30” has no date and was left out."),
        ("after:٢٠٢٦", "“after:٢٠٢٦” has no date and was left out."),
        ("before:0000", "“before:0000” has no date and was left out."),
        ("in:trash", "“in:trash” is no state of a conversation, so it was left out:"),
        ("is:new", "“is:new” is not known and was left out:"),
        ("has:fun", "“has:fun” is not known and was left out:"),
        ("from:", "Say something after “from:”"),
        ('from:""', "Say who after “from:”"),
        ('label:""', "Say which label."),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(typed: str, hint: str) -> None:
    asked = parse(typed)
    assert asked.is_empty
    assert [text[: len(hint)] for text in asked.hints] == [hint]


def test_an_unknown_operator_is_searched_as_words_and_said() -> None:
    asked = parse("order:4711")
    assert asked.terms == (Term(("order", "4711"), prefix=True),)
    assert asked.hints == ("“order:” is no filter here, so it was searched as words.",)


def test_an_address_is_no_operator() -> None:
    assert (parse("https://acme.test/a b").terms[0].words, parse("https://acme.test").hints) == (
        ("https", "acme", "test", "a"),
        (),
    )


def test_too_much_is_cut_and_said() -> None:
    long = parse("a" * MAX_LENGTH + " b")
    assert (len(long.terms), long.hints) == (1, (f"Only the first {MAX_LENGTH} characters were looked at.",))
    many = parse(" ".join(f"w{number}" for number in range(MAX_WORDS + 3)))
    assert (len(many.terms), many.hints) == (
        MAX_WORDS,
        (f"Only the first {MAX_WORDS} words were looked for.",),
    )


def test_a_tsquery_has_nothing_typed_in_it_but_words() -> None:
    asked = parse("Robert'); DROP TABLE is:note students--")
    assert (
        tsquery(asked.terms, facts=asked.facts)
        == "('robert') & ('drop') & ('table') & ('students':*) & '!note'"
    )


@given(st.text(max_size=600))
def test_nothing_that_is_typed_raises(text: str) -> None:
    asked = parse(text)
    assert sum(len(term.words) for term in asked.terms) <= MAX_WORDS
    assert all(word.isprintable() and "'" not in word for term in asked.terms for word in term.words)
