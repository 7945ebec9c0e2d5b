"""inbox/search/snippets.py: the words marked where they stand, and nothing of a message is HTML."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.search.asking import parse
from inbox.search.snippets import snippet


def shown(text: str, asked: str) -> str:
    return snippet([text], terms=parse(asked).terms)


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("Thanks, Zoë!", "zoe", "Thanks, <mark>Zoë</mark>!"),
        ("Delivery and delivered", "deliv", "<mark>Delivery</mark> and <mark>delivered</mark>"),
        ("a next Monday b Monday next", '"next monday"', "a <mark>next Monday</mark> b Monday next"),
        ("next week", '"next monday" week', "next <mark>week</mark>"),
        ("one\n\ntwo   three", "two ", "one <mark>two</mark> three"),
        ("取消订单", "消订", "取<mark>消订</mark>单"),
        ("nothing of it", "zzz", "nothing of it"),
        ("", "zzz", ""),
    ],
)
def test_what_is_marked(text: str, asked: str, expected: str) -> None:
    assert shown(text, asked) == expected


def test_far_inside_it_begins_and_ends_at_words() -> None:
    text = f"{'before ' * 100}NEEDLE {'after ' * 100}".strip()
    found = shown(text, "needle")
    assert re.fullmatch(r"…(before ){6,7}<mark>NEEDLE</mark>( after){20,28}…", found), found


def test_the_first_text_that_has_one() -> None:
    terms = parse("offer").terms
    assert snippet(["Hello", "Your offer"], terms=terms) == "Your <mark>offer</mark>"
    assert snippet(["", "Hello"], terms=()) == "Hello"


def test_html_is_text() -> None:
    found = shown("<script>alert(1)</script> & <b onclick=x>needle</b>", "needle alert")
    assert found == (
        "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt; &amp; "
        "&lt;b onclick=x&gt;<mark>needle</mark>&lt;/b&gt;"
    )


@given(st.text(max_size=400), st.text(max_size=30))
def test_whatever_is_written_and_asked(text: str, asked: str) -> None:
    found = shown(text, asked)
    assert set(re.findall(r"<[^>]*>", found)) <= {"<mark>", "</mark>"}
    plain = unescape(re.sub(r"</?mark>", "", found)).strip("…").split()
    assert "".join(plain)[:150] in "".join(text.split()) or plain[-1:] == [] or "…" in found
