"""What is known of a message beside its words, kept among them: who wrote it, and whether it is a note.

One index then answers for both. A fact begins with "!", which no word of a text does.
"""

from uuid import UUID

from inbox.conversations.enums import Direction

FROM_CONTACT = "!in"
NOTE = "!note"
_DIRECTIONS = {Direction.IN: FROM_CONTACT, Direction.OUT: "!out", Direction.NOTE: NOTE}


def written_by(author: object) -> str:
    """The fact that a teammate wrote it; `author` is their id."""
    return f"!by{UUID(str(author)).hex}"


def facts_of(*, direction: Direction, author: object) -> list[str]:
    return [_DIRECTIONS[direction], *([written_by(author)] if author else [])]
