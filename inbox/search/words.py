"""What a word is: one rule for what is indexed, for what is asked, and for what is marked in a snippet.

Case and accents are folded here and not in Postgres, whose parsers see words, mails and numbers differently;
it gets finished words with their places (a tsvector), and so both sides always agree.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from core.text import fold

LONGEST_WORD = 60
"""Characters of a word that count; longer ones are keys and codes, and the rest of them is left out."""
LONGEST_TEXT = 100_000
"""Characters of one text that are looked at."""
MOST_WORDS = 16_383
"""Words of a message that can be found: a tsvector numbers so many places."""
_MOST_CHARACTERS = 200_000
"""Of different words; a tsvector holds at most a megabyte, and a character takes up to four bytes."""
_PLACES = 255
"""A tsvector keeps so many places of one word."""

_MARKS = "".join(chr(code) for code in range(0x300, 0x11F00) if unicodedata.category(chr(code))[0] == "M")
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Scripts without spaces between words: each character is a word, and what is asked is a row of them."""

_RUN = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
_WORD = re.compile(rf"[{_SINGLE}]|[^\W_{_SINGLE}]+(?:[{_MARKS}]+[^\W_{_SINGLE}]*)*")


@dataclass(frozen=True, slots=True)
class Found:
    """A word as it is compared, and where the text that it comes from stands (`text[start:end]`)."""

    word: str
    start: int
    end: int


def words(text: str) -> Iterator[Found]:
    """The words of a text in order; one piece of it may hold several, such as “½”."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if run[0].isascii():
            yield Found(run[0].lower()[:LONGEST_WORD], start, end)
            continue
        pieces = list(_WORD.finditer(run[0]))
        for piece in pieces:
            for word in _WORD.findall(fold(piece[0])):
                yield Found(word[:LONGEST_WORD], start + piece.start(), start + piece.end())


def document(texts: Iterable[str], *, facts: Iterable[str] = ()) -> str:
    """A tsvector's text: the words of `texts` with their places, and `facts`, which no text can contain.

    No phrase reaches from one text into the next.
    """
    places: dict[str, list[int]] = {}
    room = _MOST_CHARACTERS
    for place, word in islice(_placed(texts), MOST_WORDS):
        if place > MOST_WORDS or room < len(word):
            break
        if word not in places:
            room -= len(word)
        known = places.setdefault(word, [])
        if len(known) < _PLACES:
            known.append(place)
    listed = [f"'{word}':{','.join(map(str, where))}" for word, where in places.items()]
    return " ".join([*listed, *(f"'{fact}'" for fact in facts)])


def _placed(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each word with its place; between two texts a place is left free."""
    place = 0
    for text in texts:
        for found in words(text[:LONGEST_TEXT]):
            place += 1
            yield place, found.word
        place += 1
