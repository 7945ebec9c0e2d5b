"""How a conversation is written down in the word lists, and how one is told with names filled in.

`== subject | kinds` begins one; `>` is the contact, `<` the team, other lines go on with the same message
and an empty line is a paragraph. `[a|b]` is told in one of its ways, `{first}` is filled in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from deploy.demo.chance import one

WAYS = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a script: fixed texts at even places, tuples of ways to say it at odd ones."""

    inbound: bool
    parts: tuple[str | tuple[str, ...], ...]

    def told(self, random: Random, *, facts: Mapping[str, str]) -> str:
        """The message as it was written."""
        texts = [part if isinstance(part, str) else one(part, random=random) for part in self.parts]
        return "".join(texts).format_map(facts)


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation that may happen, on the channels it fits (or `trap`, `robot`)."""

    subject: str
    kinds: tuple[str, ...]
    turns: tuple[Turn, ...]

    def __len__(self) -> int:
        return len(self.turns)


def read(text: str) -> tuple[Script, ...]:
    """Every script of a word list. Raises ValueError for a list that is written wrongly."""
    blocks = re.split(r"^== ", text.strip(), flags=re.MULTILINE)
    if blocks[0]:
        raise ValueError("a word list begins with `== subject | kinds`")
    return tuple(_script(block) for block in blocks[1:])


def _script(block: str) -> Script:
    head, _, body = block.partition("\n")
    subject, _, kinds = head.rpartition(" | ")
    turns = [_turn(part) for part in re.split(r"^(?=[<>] )", body.strip(), flags=re.MULTILINE) if part]
    if not subject or not turns or not turns[0].inbound:
        raise ValueError(f"not a conversation that a contact began: {head}")
    return Script(subject, tuple(kinds.split()), tuple(turns))


def _turn(text: str) -> Turn:
    paragraphs = text[2:].strip().split("\n\n")
    told = "\n\n".join(" ".join(line.strip() for line in part.splitlines()) for part in paragraphs)
    pieces = WAYS.split(told)
    parts = tuple(piece if at % 2 == 0 else tuple(piece.split("|")) for at, piece in enumerate(pieces))
    return Turn(inbound=text[0] == ">", parts=parts)
