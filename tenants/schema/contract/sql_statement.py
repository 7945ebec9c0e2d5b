"""One SQL statement, to be asked what it does, which words follow each other, what it calls.

Tokens come from sql_words.py; what is allowed is said by sql.py and data.py next door.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tenants.schema.contract.sql_words import Kind, Token, statements

_MODIFIERS = frozenset({
    "or", "replace", "unique", "temp", "temporary", "unlogged", "global", "local", "constraint", "recursive",
    "event", "trusted", "default", "if", "not",
})  # fmt: skip
_BEFORE_A_TABLE = frozenset(
    {"table", "exists", "only", "references", "from", "join", "into", "update", "index"}
)
_TAKES_FROM = frozenset({"extract", "substring", "trim", "overlay", "position"})


@dataclass(frozen=True, slots=True)
class Statement:
    """The tokens between two semicolons."""

    tokens: Sequence[Token]

    @property
    def verb(self) -> str:
        return self.tokens[0].text if self.tokens[0].kind is Kind.WORD else ""

    @property
    def thing(self) -> str:
        """What a CREATE, ALTER or DROP is about: `create unique index` is about an index."""
        words = (token.text for token in self.tokens[1:] if token.kind is Kind.WORD)
        return next((word for word in words if word not in _MODIFIERS), "")

    def has(self, phrase: str) -> bool:
        """Whether these keywords follow each other."""
        return next(self.places(phrase), None) is not None

    def places(self, phrase: str) -> Iterator[int]:
        """Where these keywords begin to follow each other."""
        wanted = [Token(Kind.WORD, word) for word in phrase.split()]
        for at in range(len(self.tokens) - len(wanted) + 1):
            if list(self.tokens[at : at + len(wanted)]) == wanted:
                yield at

    def calls(self) -> set[str]:
        """The names of all functions it calls."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return {name.text for name, then in pairs if name.is_name and then == Token(Kind.SIGN, "(")}

    def foreign_schemas(self) -> set[str]:
        """The schemas its tables are named with; `public` counts wherever it stands before a dot."""
        found = set()
        for at in range(len(self.tokens) - 2):
            name, dot, then = self.tokens[at : at + 3]
            if not (name.is_name and dot == Token(Kind.SIGN, ".") and then.is_name):
                continue
            if name.text == "public" or self._is_table(at):
                found.add(name.text)
        return found - {"pg_catalog"}

    def _is_table(self, at: int) -> bool:
        before = self.word(at - 1)
        if before == "on":
            return self.verb in {"create", "comment"}
        if before == "from":
            return self.word(at - 2) != "distinct" and self._callee(at - 1) not in _TAKES_FROM
        return before in _BEFORE_A_TABLE

    def word(self, at: int) -> str:
        """The keyword at this place, or nothing."""
        is_there = 0 <= at < len(self.tokens) and self.tokens[at].kind is Kind.WORD
        return self.tokens[at].text if is_there else ""

    def _callee(self, at: int) -> str:
        """The name before the parenthesis that the token at `at` stands in."""
        depth = 0
        for before in range(at - 1, 0, -1):
            depth += {"(": -1, ")": 1}.get(self.tokens[before].text, 0)
            if depth < 0:
                return self.word(before - 1)
        return ""

    def actions(self) -> list["Statement"]:
        """The parts of an ALTER TABLE: what stands between commas after the table's name."""
        rest = list(self.tokens[2:])
        while rest and rest[0].text in {"if", "exists", "only"}:
            rest.pop(0)
        del rest[: 3 if len(rest) > 1 and rest[1].text == "." else 1]
        parts: list[list[Token]] = [[]]
        depth = 0
        for token in rest:
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind is Kind.SIGN else 0
            if depth == 0 and token == Token(Kind.SIGN, ","):
                parts.append([])
            else:
                parts[-1].append(token)
        return [Statement(part) for part in parts if part]


def read(sql: str) -> list[Statement]:
    """The statements of a text. Raises Unreadable."""
    return [Statement(found) for found in statements(sql)]
