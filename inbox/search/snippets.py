"""The part of a message where it was found, with the words marked; HTML that holds nothing of the message's.

Made here and not by Postgres, whose ts_headline knows neither our folding nor our phrases, so that it would
mark nothing in “Zoë” for “zoe”.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.text import preview
from inbox.search.asking import Term
from inbox.search.words import LONGEST_TEXT, Found, words

BEFORE, AFTER = 50, 170
"""Characters shown around the first place."""

Span = tuple[int, int]


def snippet(texts: Iterable[str], *, terms: Sequence[Term]) -> SafeString:
    """What stands around the first place found, in the first text that has one; else a beginning."""
    listed = [text[:LONGEST_TEXT] for text in texts if text.strip()]
    for text in listed:
        spans = _spans(text, terms=terms)
        first = next(spans, None)
        if first is not None:
            return _marked(text, first=first, rest=spans)
    return format_html("{}", preview(listed[0], length=BEFORE + AFTER) if listed else "")


def _spans(text: str, *, terms: Sequence[Term]) -> Iterator[Span]:
    """Where the terms stand, in order of their ends."""
    longest = max((len(term.words) for term in terms), default=0)
    recent: deque[Found] = deque(maxlen=longest)
    for word in words(text) if longest else ():
        recent.append(word)
        for term in terms:
            if _ends_here(recent, term=term):
                yield recent[-len(term.words)].start, word.end


def _ends_here(recent: deque[Found], *, term: Term) -> bool:
    """Whether the newest words are the term's."""
    if len(recent) < len(term.words):
        return False
    same = list(islice(recent, len(recent) - len(term.words), None))
    *whole, (last, wanted) = zip(same, term.words, strict=True)
    ends = last.word.startswith(wanted) if term.prefix else last.word == wanted
    return ends and all(found.word == word for found, word in whole)


def _marked(text: str, *, first: Span, rest: Iterator[Span]) -> SafeString:
    start, end = _window(text, first=first)
    spans = _merged([first, *_until(rest, end=end)], end=end)
    parts, here = [], start
    for left, right in spans:
        parts += [("", text[here:left], ""), (OPEN, text[left:right], CLOSE)]
        here = right
    parts.append(("", text[here:end], ""))
    inner = format_html_join("", "{}{}{}", ((a, _line(b), c) for a, b, c in parts))
    return format_html("{}{}{}", "…" if start else "", inner, "…" if end < len(text) else "")


OPEN, CLOSE = SafeString("<mark>"), SafeString("</mark>")


def _window(text: str, *, first: Span) -> Span:
    """From a word's beginning before the place to a word's end behind it."""
    start, end = max(0, first[0] - BEFORE), min(len(text), max(first[0] + AFTER, first[1]))
    if start:
        space = text.find(" ", start, first[0])
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", first[1], end)
        end = space if space >= 0 else end
    return start, end


def _until(spans: Iterator[Span], *, end: int) -> Iterator[Span]:
    for span in spans:
        if span[0] >= end:
            return
        yield span


def _merged(spans: list[Span], *, end: int) -> list[Span]:
    """Without overlaps, in order."""
    merged: list[Span] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = merged[-1][0], min(max(right, merged[-1][1]), end)
        elif left < end:
            merged.append((left, min(right, end)))
    return merged


def _line(text: str) -> str:
    """Line breaks as spaces; spaces at the ends stay, for the neighbour."""
    inner = " ".join(text.split())
    left = " " if text[:1].isspace() and inner else ""
    right = " " if text[-1:].isspace() else ""
    return left + inner + right
