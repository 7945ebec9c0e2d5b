"""Makes one valid row of any model from its fields, each text in it a word found nowhere else.

What it cannot know of a model stands in VARIANTS; what is planted where is canaries.py.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.utils import timezone

from tests.isolation.planted import MARK, TAIL, Planted

LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"

Model = type[models.Model]
Column = Any
"""A field of a model; generic in the stubs only."""
Values = dict[str, Any]


@dataclass(frozen=True)
class Of:
    """Stands for the key of a row that was made before, in columns that are no foreign keys."""

    label: str


class Maker:
    """Makes rows in the place it is called in; `given` names rows to be referred to, by model label."""

    def __init__(self, planted: Planted, given: dict[str, models.Model], *, place: str) -> None:
        self.planted, self.given, self.place = planted, dict(given), place
        self.count = 0

    def word(self, length: int) -> str:
        """A new word of at most `length` characters, the same in every run."""
        self.count += 1
        draw = random.Random(f"{self.planted.seed} {self.place} {self.count}")
        size = min(length, 24) - len(MARK)
        word = MARK + "".join(draw.choice(LETTERS) for _ in range(size))
        if size > TAIL:
            self.planted.words.append(word)
        return word

    def uuid(self) -> UUID:
        return UUID(int=self.number(128), version=4)

    def number(self, bits: int) -> int:
        """A new number, the same in every run."""
        self.count += 1
        return random.Random(f"{self.planted.seed} {self.place} id {self.count}").getrandbits(bits)

    def make(self, model: Model, **values: Any) -> models.Model:
        """One row with `values`, the rest from the fields."""
        filled = {column.name: self.value(column) for column in _columns(model) if column.name not in values}
        filled |= {
            name: self.given[value.label].pk if isinstance(value, Of) else value
            for name, value in values.items()
        }
        row = model(**{name: value for name, value in filled.items() if value is not Ellipsis})
        row.save(force_insert=True)
        row.refresh_from_db()
        self.planted.add(row)
        self.given.setdefault(model._meta.label, row)
        return row

    def value(self, column: Column) -> Any:
        """What stands in one column, or Ellipsis for what the model itself knows best."""
        if isinstance(column, models.ForeignKey):
            return self.reference(column)
        if column.choices:
            return Ellipsis if column.has_default() else next(iter(column.flatchoices))[0]
        for kind, make in _BY_KIND:
            if isinstance(column, kind):
                return make(self, column)
        return Ellipsis

    def reference(self, column: Column) -> Any:
        model: Model = column.related_model
        if model._meta.label not in self.given:
            if column.null and model in self._on_the_way:
                return None
            self._on_the_way.append(model)
            self.make(model, **next(iter(variants(model, self.place))))
            self._on_the_way.pop()
        return self.given[model._meta.label]

    @property
    def _on_the_way(self) -> list[Model]:
        return self.__dict__.setdefault("_models", [])  # type: ignore[no-any-return]  # made here


def _text(maker: Maker, column: Column) -> Any:
    return maker.word(column.max_length or 24)


def _json(maker: Maker, column: Column) -> Any:
    return [maker.word(24)] if column.default is list else {"canary": maker.word(24)}


def _moment(maker: Maker, column: Column) -> Any:
    ends = column.name.startswith(("expire", "lease", "ends"))
    if column.has_default() or getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
        return Ellipsis
    return None if column.null else timezone.now() + timedelta(days=ends)


def _number(maker: Maker, column: Column) -> Any:
    if column.has_default():
        return Ellipsis
    return maker.number(30) if column.unique else None if column.null else 1


_BY_KIND: list[tuple[Any, Callable[[Maker, Any], Any]]] = [
    (models.GeneratedField, lambda maker, column: Ellipsis),
    (models.EmailField, lambda maker, column: f"{maker.word(24)}@canary.test"),
    (models.URLField, lambda maker, column: f"https://canary.test/{maker.word(24)}"),
    (models.JSONField, _json),
    (models.UUIDField, lambda maker, column: Ellipsis if column.primary_key else maker.uuid()),
    (models.CharField, _text),
    (models.TextField, _text),
    (models.BinaryField, lambda maker, column: maker.word(24).encode()),
    (models.DateTimeField, _moment),
    (models.DateField, lambda maker, column: timezone.now().date()),
    (models.BooleanField, lambda maker, column: Ellipsis if column.has_default() else False),
    (models.AutoField, lambda maker, column: Ellipsis),
    (models.IntegerField, _number),
    (models.FloatField, _number),
]


def _columns(model: Model) -> Iterator[Column]:
    return (column for column in model._meta.concrete_fields)


VARIANTS: dict[str, Callable[[str], Iterable[Values]]] = {
    "accounts.User": lambda place: [
        {"role": "staff", "team_role": None}
        if place == "public"
        else {"role": "agent", "team_role": None, "is_active": True}
    ],
    "conversations.Conversation": lambda place: [{"next_seq": 3}, {"next_seq": 3, "state": "resolved"}],
    "conversations.Message": lambda place: [
        {"direction": "in"},
        {"seq": 2, "direction": "out", "state": "failed"},
    ],
    "files.StoredFile": lambda place: [
        {"key": uuid4().hex, "thumbnail": "", "content_type": "text/plain"},
        {
            "key": uuid4().hex,
            "thumbnail": uuid4().hex,
            "kind": "image",
            "content_type": "image/png",
            "width": 3,
            "height": 2,
        },
    ],
    "forms.LeadForm": lambda place: [{"fields": ...}, {"fields": ..., "is_active": False}],
    "api.ApiKey": lambda place: [{"scopes": ["leads:write"]}],
    "tenants.Workspace": lambda place: [
        {"schema": None, "state": state, "starter": None} for state in ("archived", "deleted", "building")
    ],
    "tenants.Staff": lambda place: [{"accepted_at": None}],
    "tenants.Domain": lambda place: [{"kind": "workspace", "is_primary": False}],
    "tenants.SupportAccess": lambda place: [{}, {"entered_at": timezone.now()}],
    "timeline.AuditEntry": lambda place: [
        {"reseller_id": Of("tenants.Reseller") if place == "public" else None}
    ],
    "branding.Brand": lambda place: [{"font": ""}],
}
"""What the maker cannot know of a model: the values of its rows, one row for each entry."""


def variants(model: Model, place: str) -> Iterable[Values]:
    make = VARIANTS.get(model._meta.label)
    return make(place) if make else [{}]
