"""What is new in an answer and what is quoted: nothing of the text is lost between the two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.transports.email.quoting import split_reply

GMAIL = "On Mon, 2 Mar 2026 at 10:00, Alice <replies@alice.test> wrote:\n> Hello Zoe,\n> are you well?"
OUTLOOK = "From: Alice\nSent: Monday, 2 March 2026 10:00\nTo: Zoe\nSubject: Hello\n\nHello Zoe,"
GERMAN = "Am 02.03.2026 um 10:00 schrieb Alice <replies@alice.test>:\n> Hallo Zoe,"
ORIGINAL = "-----Original Message-----\nHello Zoe,"
PLAIN = "> Hello Zoe,\n> are you well?"


@pytest.mark.parametrize("quote", [GMAIL, OUTLOOK, GERMAN, ORIGINAL, PLAIN])
def test_it_works(quote: str) -> None:
    assert split_reply(f"Yes, thanks!\n\nZoe\n\n{quote}\n") == ("Yes, thanks!\n\nZoe", quote)


@pytest.mark.parametrize(
    "text", ["Hello", "- one\n- two", "First\n\n\n\n\nSecond", "Price: > 5\nand more", "x\n" * 999]
)
def test_without_a_quotation_all_is_new(text: str) -> None:
    assert split_reply(text) == (text.strip(), "")


@pytest.mark.parametrize("text", [GMAIL, OUTLOOK, PLAIN])
def test_nothing_but_a_quotation_counts_as_new(text: str) -> None:
    assert split_reply(text) == (text, "")


def test_answers_between_quoted_lines_stay() -> None:
    text = "> One?\nYes.\n> Two?\nNo."
    assert split_reply(text) == (text, "")


@pytest.mark.parametrize("end", ["", "\n\n--\nZoe Ltd", "\n-- \nZoe"])
def test_what_stands_below_the_quotation_is_not_hidden(end: str) -> None:
    text = f"On Monday, Bob wrote:\n> Which size?\n> Or none?\n\nLarge, please.{end}"
    assert split_reply(text) == (text, "")
    assert split_reply(f"Yes.\n\n{PLAIN}\n\nAnd one more thing.") == (
        f"Yes.\n\n{PLAIN}\n\nAnd one more thing.",
        "",
    )


def test_many_empty_lines_and_a_long_paragraph_before_the_quotation() -> None:
    new = "A long line " * 60 + "\n\n\n\n\n" + "Zoe"
    assert split_reply(f"{new}\n\n{GMAIL}") == (new, GMAIL)


@pytest.mark.parametrize(
    "piece", ["\n", "\n \n\n", "On x y ", "On x\n", "_", "--\n", "> ", "From: \n", "Best,\n", "CAUTION:"]
)
def test_text_made_to_be_slow_is_not_lost(piece: str) -> None:
    text = "a" + piece * 50_000 + "b"
    new, rest = split_reply(text)
    assert "".join((new + rest).split()) == "".join(text.split())


@given(st.text(st.sampled_from("ab >:\n_-") | st.characters(), max_size=300))
def test_nothing_is_lost(text: str) -> None:
    new, rest = split_reply(text)
    assert "".join((new + rest).split()) == "".join(text.split())
