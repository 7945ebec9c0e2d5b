"""What one side has, once it was planted: rows, words and ids by model. Who makes them is maker.py.

A word is a head and a tail: attacks send heads and ids, and look for tails and for ids they did not send,
so that a page which repeats what it was asked never hides one that leaks.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import models

MARK = "zq"
TAIL = 8


@dataclass
class Planted:
    """All that one side has: its rows, its words, its ids, by model."""

    seed: str
    words: list[str] = field(default_factory=list)
    rows: dict[str, list[models.Model]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    def add(self, row: models.Model) -> None:
        self.rows.setdefault(row._meta.label, []).append(row)
        self.note(row)

    def note(self, row: models.Model) -> None:
        """Remember the row's ids, its own and those it refers to."""
        for column in row._meta.concrete_fields:
            value = getattr(row, column.attname)
            if isinstance(value, UUID):
                self.ids.add(str(value))

    def first(self, label: str) -> models.Model:
        return self.rows[label][0]

    def id_of(self, label: str) -> str:
        return str(self.first(label).pk)

    @property
    def kinds(self) -> dict[str, str]:
        """The id of one row of each model."""
        return {label: str(rows[0].pk) for label, rows in self.rows.items()}

    @property
    def slugs(self) -> list[str]:
        """What else finds a row: short unique texts, e-mail addresses, host names, keys."""
        found = []
        for rows in self.rows.values():
            for column in rows[0]._meta.concrete_fields:
                value = getattr(rows[0], column.attname)
                if column.unique and not column.primary_key and isinstance(value, str):
                    found.append(value)
        return sorted(set(found))


def tail(word: str) -> str:
    """The part of a word that is never sent."""
    return word.rpartition("@")[0][-TAIL:] if "@" in word else word[-TAIL:]


def texts(planted: Planted, label: str) -> list[str]:
    """The words that stand in one model's rows; for tests of the canaries themselves."""
    found = []
    for row in planted.rows.get(label, []):
        for column in row._meta.concrete_fields:
            found.append(str(getattr(row, column.attname)))
    return [word for word in planted.words if any(word in text for text in found)]
