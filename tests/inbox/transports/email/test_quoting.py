"""What is new in an answer and what is quoted: nothing of the text is lost between the two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.transports.email.html import html_to_text
from inbox.transports.email.quoting import split_reply

GMAIL = "On Mon, 2 Mar 2026 at 10:00, Alice <replies@alice.test> wrote:\n> Hello Zoe,\n> are you well?"
OUTLOOK = "From: Alice\nSent: Monday, 2 March 2026 10:00\nTo: Zoe\nSubject: Hello\n\nHello Zoe,"
GERMAN = "Am 02.03.2026 um 10:00 schrieb Alice <replies@alice.test>:\n> Hallo Zoe,"
ORIGINAL = "-----Original Message-----\nHello Zoe,"
PLAIN = "> Hello Zoe,\n> are you well?"


@pytest.mark.parametrize("quote", [GMAIL, OUTLOOK, GERMAN, ORIGINAL, PLAIN])
def test_it_works(quote: str) -> None:
    assert split_reply(f"Yes, thanks!\n\nZoe\n\n{quote}\n") == ("Yes, thanks!\n\nZoe", quote)


APPLE = (
    '<div>Yes, thanks!<br></div><div><br><blockquote type="cite"><div>On 2 Mar 2026, at 10:00, Alice'
    " &lt;replies@alice.test&gt; wrote:</div><br><div>Hello Zoe,</div><p>are you well?</p></blockquote></div>"
)
GMAIL_HTML = (
    '<div dir="ltr">Yes, thanks!</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon,'
    ' 2 Mar 2026 at 10:00, Alice &lt;<a href="mailto:replies@alice.test">replies@alice.test</a>&gt; wrote:'
    '<br></div><blockquote class="gmail_quote" style="margin:0"><div>Hello Zoe,</div><p>are you well?</p>'
    "</blockquote></div>"
)
THUNDERBIRD = (
    '<p>Yes, thanks!</p><div class="moz-cite-prefix">Am 02.03.26 um 10:00 schrieb Alice:<br></div>'
    '<blockquote type="cite" cite="mid:1@alice.test"><p>Hallo Zoe,</p><p>are you well?</p></blockquote>'
)
OUTLOOK_HTML = (
    "<p>Yes, thanks!</p><div><b>From:</b> Alice &lt;replies@alice.test&gt;<br><b>Sent:</b> Monday, 2 March"
    " 2026 10:00<br><b>To:</b> Zoe<br><b>Subject:</b> Hello</div><p>Hello Zoe,</p><p>are you well?</p>"
)


@pytest.mark.parametrize("html", [APPLE, GMAIL_HTML, THUNDERBIRD, OUTLOOK_HTML])
def test_what_a_mail_of_html_alone_quotes(html: str) -> None:
    new, quoted = split_reply(html_to_text(html))
    assert (new, quoted.endswith("are you well?"), "10:00" in quoted) == ("Yes, thanks!", True, True)


def test_html_that_is_written_between_quoted_lines_stays() -> None:
    text = html_to_text(
        '<blockquote type="cite">One?</blockquote><p>Yes.</p>'
        '<blockquote type="cite">Two?</blockquote><p>No.</p>'
    )
    assert split_reply(text) == (text, "")


def test_html_that_is_written_below_what_is_quoted_is_not_hidden() -> None:
    text = html_to_text(
        '<div>On Monday, Bob wrote:</div><blockquote type="cite">Which size?</blockquote>'
        "<p>Large, please.</p>"
    )
    assert split_reply(text) == (text, "")


def test_html_that_is_quoted_without_a_word_before_it() -> None:
    text = html_to_text('<p>Yes.</p><blockquote type="cite">Which size?</blockquote>')
    assert split_reply(text) == ("Yes.", "> Which size?")


def test_somebodys_own_indentation_is_not_hidden() -> None:
    text = html_to_text("<p>The address:</p><blockquote>1 Main Street</blockquote>")
    assert split_reply(text) == ("The address:\n\n1 Main Street", "")


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
