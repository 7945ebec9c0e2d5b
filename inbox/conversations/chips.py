"""How a text names somebody: "@" and their words, found in it and shown as a chip. No database here.

Whom words stand for is mentioning.py.
"""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.ui.links import linked

MOST_MARKED = 20
"""People whose own browser shows the chip as theirs; a larger team's chip is everybody's alike."""


def spans(text: str, words: Iterable[str]) -> list[tuple[int, int, str]]:
    """Where "@<words>" stands, as (start, end, words as given), whatever its case; the longest words win.

    An address such as jo@bob.example names nobody: before the "@" is a gap or an opening mark.
    """
    known = {one.casefold(): one for one in words}
    if not known or "@" not in text:
        return []
    names = "|".join(re.escape(one) for one in sorted(known.values(), key=len, reverse=True))
    found = re.finditer(rf"(?<![^\s(\[{{\"'“‘„«])@({names})(?!\w)", text, re.IGNORECASE)
    return [(one.start(), one.end(), known[one[1].casefold()]) for one in found if one[1].casefold() in known]


def with_chips(text: str, named: Mapping[str, Iterable[UUID]]) -> SafeString:
    """The text escaped, its links as links, and each of the `named` words as a chip of those people."""
    parts, here = [], 0
    for start, end, words in spans(text, named):
        parts += [linked(text[here:start]), _chip(text[start:end], people=list(named[words]))]
        here = end
    return mark_safe("".join([*parts, linked(text[here:])]))  # noqa: S308 - every part of it is escaped


def _chip(words: str, *, people: list[UUID]) -> SafeString:
    marked = " ".join(map(str, people)) if len(people) <= MOST_MARKED else ""
    return format_html('<span class="mention" data-people="{}">{}</span>', marked, words)
