"""Instances carry the place they were loaded in, and may be written nowhere else.

Our own models do this in WorkspaceModel; libraries' models get it by signals (`stamp_library_model`).
"""

import secrets
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, TypeVar

from django.db import models
from django.db.models.signals import post_init, pre_delete, pre_save

from tenants.context import current, current_or_none
from tenants.db.each import is_plain, update_each

_STAMP = "_marque_schema"

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class SavedElsewhere(Exception):
    """An instance of one workspace was about to be written, or read again, in another."""


class ReadElsewhere(Exception):
    """Rows of one workspace were about to be read on in another."""


def stamp(instance: models.Model) -> None:
    """Remember where the instance was loaded."""
    place = current_or_none()
    if place is not None:
        instance.__dict__[_STAMP] = place.schema


def check_stamp(instance: models.Model) -> None:
    """Raise SavedElsewhere unless this is where the instance was loaded or first saved."""
    here = current().schema
    home = instance.__dict__.setdefault(_STAMP, here)
    if home != here:
        raise SavedElsewhere(f"{type(instance).__name__} of {home} cannot be written in {here}")


class StampedQuerySet(models.QuerySet[Row_co]):
    """Bulk writes take instances too, and never pass through Model.save(); iterators outlive their place."""

    def iterator(self, chunk_size: int | None = None) -> Iterator[Row_co]:
        """As Django's, and each step must be taken where the first one was. Raises ReadElsewhere."""
        rows, home = super().iterator(chunk_size), current().schema
        while True:
            self._check_place(home)
            try:
                yield next(rows)
            except StopIteration:
                return

    async def aiterator(self, chunk_size: int = 2000) -> AsyncIterator[Row_co]:
        """The same from async code."""
        rows, home = super().aiterator(chunk_size), current().schema
        while True:
            self._check_place(home)
            try:
                yield await anext(rows)
            except StopAsyncIteration:
                return

    def _check_place(self, home: str) -> None:
        here = current().schema
        if here != home:
            raise ReadElsewhere(f"{self.model.__name__} of {home} cannot be read on in {here}")

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Row_co]:
        rows = list(objs)
        for row in rows:
            check_stamp(row)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Any, fields: Iterable[str], batch_size: int | None = None) -> int:
        """As Django's; nothing but values of columns is written in one statement, however many there are."""
        rows, names = list(objs), list(fields)
        for row in rows:
            check_stamp(row)
        columns: list[Any] = [self.model._meta.get_field(name) for name in names]
        if not self.query.where and is_plain(rows, columns):
            return update_each(rows, columns, using=self.db)
        return super().bulk_update(rows, names, batch_size=batch_size)


def _on_init(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    if not instance._state.adding or instance.pk is not None:
        stamp(instance)


def _on_write(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    check_stamp(instance)


def _on_save(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    """Numbers counted in each schema would coincide; a bulk write of a row elsewhere must find none."""
    check_stamp(instance)
    if instance.pk is None and isinstance(sender._meta.pk, models.BigAutoField):
        instance.pk = secrets.randbits(62)


def stamp_library_model(model: type[models.Model]) -> None:
    """The same rule for a library's model that stands in several schemas (sessions, allauth's rows)."""
    post_init.connect(_on_init, sender=model, dispatch_uid=f"stamp:{model._meta.label}")
    pre_save.connect(_on_save, sender=model, dispatch_uid=f"check_save:{model._meta.label}")
    pre_delete.connect(_on_write, sender=model, dispatch_uid=f"check_delete:{model._meta.label}")
