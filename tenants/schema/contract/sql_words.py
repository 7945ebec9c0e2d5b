"""Cuts SQL into statements and tokens as Postgres does: quotes, dollar quotes and comments are no words.

It judges nothing and knows no grammar; sql.py next door does the judging.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n\r]*)
    | (?P<comment>/\*)
    | (?P<string>[eE]'(?:[^'\\]|''|\\.)*' | (?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'
        | \$(?P<tag>[^\W\d]\w*|)\$.*?\$(?P=tag)\$)
    | (?P<quoted>(?:[uU]&)?"(?:[^"]|"")+")
    | (?P<word>[^\W\d][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<sign>[^'"])
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


class Kind(Enum):
    """What a token is; only a WORD can be a keyword, a WORD or a QUOTED can be a name."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A word is in lower case, as Postgres folds it; a quoted name is without its quotes."""

    kind: Kind
    text: str

    @property
    def is_name(self) -> bool:
        return self.kind in {Kind.WORD, Kind.QUOTED}


class Unreadable(ValueError):
    """A quote or a comment is not closed, so nobody can say where a statement ends."""


def statements(sql: str) -> list[list[Token]]:
    """The tokens of each statement of a text; what holds only comments is none. Raises Unreadable."""
    found: list[list[Token]] = [[]]
    for token in tokens(sql):
        if token == Token(Kind.SIGN, ";"):
            found.append([])
        else:
            found[-1].append(token)
    return [statement for statement in found if statement]


def tokens(sql: str) -> Iterator[Token]:
    """One token after the other. Raises Unreadable."""
    at = 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None:
            raise Unreadable("a quote is not closed")
        at = match.end()
        kind = match.lastgroup or "sign"
        if kind == "comment":
            at = _end_of_comment(sql, at)
        elif kind != "space":
            yield _token(Kind(kind), match[0])


def _token(kind: Kind, text: str) -> Token:
    if kind is Kind.WORD:
        return Token(kind, text.lower())
    if kind is Kind.QUOTED:
        return Token(kind, text[text.index('"') + 1 : -1].replace('""', '"'))
    return Token(kind, text)


def _end_of_comment(sql: str, at: int) -> int:
    """Comments nest in Postgres: where the one that was opened just before `at` ends."""
    depth = 1
    for edge in _COMMENT_EDGE.finditer(sql, at):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    raise Unreadable("a comment is not closed")
