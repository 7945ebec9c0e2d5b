"""Small, pure rules about text: folding for search and sort, previews, initials, figures.

The same folding inside Postgres is the `Folded` expression here; phone numbers and addresses are parsed in
core/contacts/rules.py, and what cannot be stored is tenants/text.py.
"""

import re
import unicodedata
from uuid import UUID

from django.db.models import Func, TextField

_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans("øłđı", "oldi")


def fold(text: str) -> str:
    """The text without case and accents, as `Folded` computes it in Postgres, which has no unaccent here."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_LETTERS)


class Folded(Func):
    """`fold()` in SQL, immutable, so that it fits a generated column."""

    template = (
        "translate(regexp_replace(normalize(casefold(%(expressions)s), NFKD),"
        " U&'[\\0300-\\036F]', '', 'g'), 'øłđı', 'oldi')"
    )
    output_field = TextField()


def preview(text: str, *, length: int = 140) -> str:
    """The first words on one line."""
    line = " ".join(text[: length * 8].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def initials(name: str) -> str:
    """One or two letters for a face without a picture."""
    words = [word for word in re.split(r"[\s.@_-]+", name) if word and word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def capped(count: int, *, limit: int) -> str:
    """A count in words: "1,204", and "1,000+" for whatever is beyond the limit."""
    return f"{limit:,}+" if count > limit else f"{count:,}"


def hue_of(id: UUID) -> int:
    """A colour angle in degrees that stays with a row for good (UUIDv7 ends in random bits)."""
    return int.from_bytes(id.bytes[-2:]) % 360
