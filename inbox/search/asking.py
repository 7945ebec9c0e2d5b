"""What somebody typed into the search box, taken apart: words, phrases, operators, and hints about the rest.

Nothing that can be typed is an error: what makes no sense is left out or searched as words, and a hint says
so. Whom and which labels it names is naming.py; the database is asked in plans.py.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

from inbox.conversations.enums import State
from inbox.search.facts import NOTE
from inbox.search.words import words
from tenants.text import storable

MAX_LENGTH = 300
"""Characters that are looked at."""
MAX_WORDS = 24

_PIECE = re.compile(r'(?:([^\W\d_]{2,20}):(?!//))?(?:"([^"]*)(?:"|$)|([^\s"]+))')
_QUOTES = str.maketrans("“”„«»", '"""""')
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; the last may be the beginning of one."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def tsquery(self) -> str:
        """As Postgres reads it. Words have no quote in them (words.py)."""
        return "(" + " <-> ".join(f"'{word}'" for word in self.words) + (":*)" if self.prefix else ")")


@dataclass(frozen=True, slots=True)
class Asked:
    """One search. All of it must hold; several `people` or `states` mean any of them."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    people: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    before: datetime | None = None
    after: datetime | None = None
    is_note: bool = False
    has_attachment: bool = False
    hints: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for, whatever was typed."""
        return replace(self, text="", hints=()) == Asked()

    @property
    def facts(self) -> tuple[str, ...]:
        return (NOTE,) if self.is_note else ()


def parse(text: str) -> Asked:
    """What a text asks for."""
    asked = Asked(text=storable(text).strip())
    if len(text) > MAX_LENGTH:
        asked = _hint(asked, f"Only the first {MAX_LENGTH} characters were looked at.")
    pieces = list(_PIECE.finditer(storable(text)[:MAX_LENGTH].translate(_QUOTES)))
    for piece in pieces:
        asked = _with(asked, piece, is_last=piece is pieces[-1])
    return _bounded(asked)


def _with(asked: Asked, piece: re.Match[str], *, is_last: bool) -> Asked:
    name, quoted, bare = piece.groups()
    value = bare if quoted is None else quoted
    operator = _OPERATORS.get((name or "").casefold())
    if operator:
        return operator(asked, value.strip())
    if bare and bare[:-1].casefold() in _OPERATORS and bare.endswith(":"):
        return _hint(asked, f"Say something after “{bare}”, without a space between.")
    if name:
        asked = _hint(asked, f"“{name}:” is no filter here, so it was searched as words.")
        value = f"{name} {value}"
    prefix = quoted is None and (is_last or value.endswith("*"))
    found = tuple(word.word for word in words(value))
    return replace(asked, terms=(*asked.terms, Term(found, prefix))) if found else asked


def _bounded(asked: Asked) -> Asked:
    room, kept = MAX_WORDS, []
    for term in asked.terms:
        room -= len(term.words)
        if room >= 0:
            kept.append(term)
    asked = replace(asked, hints=tuple(dict.fromkeys(asked.hints)))
    if len(kept) == len(asked.terms):
        return asked
    return _hint(replace(asked, terms=tuple(kept)), f"Only the first {MAX_WORDS} words were looked for.")


def _hint(asked: Asked, text: str) -> Asked:
    return replace(asked, hints=(*asked.hints, text))


def _from(asked: Asked, value: str) -> Asked:
    if not value:
        return _hint(asked, "Say who after “from:”: a name, an e-mail address or “me”.")
    return replace(asked, people=(*asked.people, value))


def _label(asked: Asked, value: str) -> Asked:
    return replace(asked, labels=(*asked.labels, value)) if value else _hint(asked, "Say which label.")


def _in(asked: Asked, value: str) -> Asked:
    known = {state.value: state for state in State if state is not State.DELETED}
    if state := known.get(value.casefold()):
        return replace(asked, states=(*asked.states, state))
    names = ", ".join(f"in:{name}" for name in known)
    return _hint(asked, f"“in:{value}” is no state of a conversation, so it was left out: {names}.")


def _is(asked: Asked, value: str) -> Asked:
    if value.casefold() in {"note", "notes"}:
        return replace(asked, is_note=True)
    return _hint(asked, f"“is:{value}” is not known and was left out: is:note finds private notes.")


def _has(asked: Asked, value: str) -> Asked:
    if value.casefold() in {"attachment", "attachments", "file", "files"}:
        return replace(asked, has_attachment=True)
    return _hint(asked, f"“has:{value}” is not known and was left out: has:attachment finds files.")


def _before(asked: Asked, value: str) -> Asked:
    moment = _moment(value)
    return replace(asked, before=moment) if moment else _no_date(asked, f"before:{value}")


def _after(asked: Asked, value: str) -> Asked:
    moment = _moment(value)
    return replace(asked, after=moment) if moment else _no_date(asked, f"after:{value}")


def _no_date(asked: Asked, given: str) -> Asked:
    return _hint(asked, f"“{given}” has no date and was left out. Write it like 2026-03-31, 2026-03 or 2026.")


def _moment(value: str) -> datetime | None:
    """Where a day, month or year begins, in UTC; None for what is no date."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


_OPERATORS: dict[str, Callable[[Asked, str], Asked]] = {
    "from": _from,
    "label": _label,
    "in": _in,
    "is": _is,
    "has": _has,
    "before": _before,
    "after": _after,
}


def tsquery(terms: tuple[Term, ...], *, facts: tuple[str, ...] = ()) -> str:
    """All of them at once, in any order."""
    return " & ".join(chain((term.tsquery for term in terms), (f"'{fact}'" for fact in facts)))
