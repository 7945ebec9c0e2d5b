"""Canary rows: one valid row of every model, made from its fields, each text in it a word found nowhere else.

A word is a head and a tail: attacks send heads and ids, and look for tails and for ids they did not send,
so that a page which repeats what it was asked never hides one that leaks. fingerprint.py compares rows.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from core.accounts.models import User
from tenants.context import platform, workspace
from tenants.models import Domain, Reseller, Workspace

MARK = "zq"
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
TAIL = 8

Model = type[models.Model]
Column = Any
"""A field of a model; generic in the stubs only."""
Values = dict[str, Any]

NOBODYS = {
    "tenants.SchemaTemplate": "the statements that build any workspace",
    "tenants.SpareSchema": "a schema that is nobody's yet",
    "tenants.FleetStep": "a migration, the same for everybody",
    "tenants.FleetRun": "a run over the whole fleet",
}
"""Models of the platform whose rows belong to no reseller, each with its reason; they are not planted."""


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
        word = MARK + "".join(draw.choice(_LETTERS) for _ in range(size))
        if size > TAIL:
            self.planted.words.append(word)
        return word

    def uuid(self) -> UUID:
        self.count += 1
        draw = random.Random(f"{self.planted.seed} {self.place} id {self.count}")
        return UUID(int=draw.getrandbits(128), version=4)

    def make(self, model: Model, **values: Any) -> models.Model:
        """One row with `values`, the rest from the fields."""
        filled = {column.name: self.value(column) for column in _columns(model) if column.name not in values}
        row = model(**{name: value for name, value in {**filled, **values}.items() if value is not Ellipsis})
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
    return Ellipsis if column.has_default() else None if column.null else 1


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
    "forms.LeadForm": lambda place: [{"fields": ...}, {"fields": ..., "is_active": False}],
    "api.ApiKey": lambda place: [{"scopes": ["leads:write"]}],
    "tenants.Workspace": lambda place: [{"schema": None, "state": "archived", "starter": None}],
    "tenants.Staff": lambda place: [{"accepted_at": None}],
    "tenants.Domain": lambda place: [{"kind": "workspace", "is_primary": False}],
    "branding.Brand": lambda place: [{"font": ""}],
}
"""What the maker cannot know of a model: the values of its rows, one row for each entry."""


def variants(model: Model, place: str) -> Iterable[Values]:
    make = VARIANTS.get(model._meta.label)
    return make(place) if make else [{}]


def workspace_models() -> list[Model]:
    """Every model that has a table in each workspace."""
    return [model for name in settings.TENANT_APPS for model in _models_of(name)]


def platform_models() -> list[Model]:
    """Every model that has a table in `public`."""
    return [model for name in settings.SHARED_APPS for model in _models_of(name)]


def _models_of(app: str) -> list[Model]:
    config = next(one for one in apps.get_app_configs() if one.name == app.partition(".apps.")[0])
    return [model for model in config.get_models() if model._meta.managed and not model._meta.proxy]


def plant_workspace(row: Workspace, *, seed: str) -> Planted:
    """Rows of every model in one workspace."""
    planted = Planted(seed)
    with workspace(row):
        maker = Maker(planted, {}, place="workspace")
        for model in workspace_models():
            _plant(maker, model, place="workspace")
        for user in User.objects.all():
            planted.note(user)
    planted.ids.add(str(row.id))
    return planted


def plant_platform(row: Workspace, *, seed: str) -> Planted:
    """Rows of every model in `public` that belong to the reseller of one workspace, its own among them."""
    planted = Planted(seed)
    with platform():
        reseller = Reseller.objects.get(id=row.reseller_id)
        _rename(planted, [reseller, row], place="public")
        maker = Maker(planted, {"tenants.Reseller": reseller, "tenants.Workspace": row}, place="public")
        for model in platform_models():
            if model._meta.label not in NOBODYS:
                _plant(maker, model, place="public")
        for domain in Domain.objects.filter(reseller=reseller):
            planted.note(domain)
    return planted


def _rename(planted: Planted, rows: list[Any], *, place: str) -> None:
    """The world's own rows of this side get a word for a name."""
    maker = Maker(planted, {}, place="names")
    for row in rows:
        row.name = maker.word(24)
        row.save(update_fields=["name"])
        planted.add(row)


def _plant(maker: Maker, model: Model, *, place: str) -> None:
    """The rows that are still missing; some were made on the way to others."""
    label = model._meta.label
    done = 0 if label in _OF_THE_WORLD else len(maker.planted.rows.get(label, []))
    for values in list(variants(model, place))[done:]:
        maker.make(model, **values)


_OF_THE_WORLD = {"tenants.Workspace"}
"""What the world has one row of already, in a state that matters."""


def texts(planted: Planted, label: str) -> list[str]:
    """The words that stand in one model's rows; for tests of the canaries themselves."""
    found = []
    for row in planted.rows.get(label, []):
        for column in row._meta.concrete_fields:
            found.append(str(getattr(row, column.attname)))
    return [word for word in planted.words if any(word in text for text in found)]
