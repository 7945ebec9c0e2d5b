"""inbox/search/words.py: one rule for what is indexed and what is asked, in any script, and no surprise."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from inbox.search.words import document, words
from tenants.context import Place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zoë Quinn’s Café—NAÏVE", ["zoe", "quinn", "s", "cafe", "naive"]),
        ("AC-1234, foo_bar; x@acme.test", ["ac", "1234", "foo", "bar", "x", "acme", "test"]),
        ("cafe\u0301 İstanbul STRASSE Straße Øl", ["cafe", "istanbul", "strasse", "strasse", "ol"]),
        ("取消订单", ["取", "消", "订", "单"]),
        ("हिन्दी", ["हिन्दी"]),
        ("½ Marque™ ﬁne", ["1", "2", "marque", "fine"]),
        ("\x00 a\ud800b ''':* & | ! <->", ["a", "b"]),
        ("", []),
    ],
)
def test_what_a_word_is(text: str, expected: list[str]) -> None:
    assert [found.word for found in words(text)] == expected


def test_a_word_knows_where_it_stands() -> None:
    text = "An der Straße, Zoë"
    assert [text[found.start : found.end] for found in words(text)] == ["An", "der", "Straße", "Zoë"]


def test_a_document_has_places_and_facts_and_no_phrase_across_texts() -> None:
    assert document(["Hello hello", "", "World"], facts=["!in"]) == "'hello':1,2 'world':5 '!in'"


@given(st.lists(st.text(max_size=200), max_size=3))
def test_same_words_whatever_the_case(texts: list[str]) -> None:
    """What was written in capitals is found by what is typed in small letters."""
    for text in texts:
        plain = [found.word for found in words(text)]
        assert [found.word for found in words(" ".join(plain))] == plain


HUGE = {
    "one word": ["é" * 500_000],
    "one letter": ["a " * 300_000] * 3,
    "many words": ["".join(f"{chr(0x20000 + number)} " for number in range(40_000))],
    "long words of wide letters": [
        " ".join(f"{number:05}" + chr(0x10400 + number % 40) * 55 for number in range(start, start + 1_600))
        for start in (0, 2_000, 4_000)
    ],
    "letters that become many": ["ﷺ" * 200_000] * 3,
}


@pytest.mark.parametrize("texts", HUGE.values(), ids=HUGE)
def test_postgres_takes_whatever_a_message_may_hold(in_alice: Place, texts: list[str]) -> None:
    listed = document(texts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT length(%s::tsvector)", [listed])
        assert cursor.fetchone()[0] == listed.count(" ") + 1


@given(st.text())
def test_postgres_reads_back_the_very_words(text: str) -> None:
    listed = document([text])
    names = {part.split("'")[1] for part in listed.split(" ") if part}
    assert names == {found.word for found in words(text)}
