"""Shared facts: rows that every process remembers, and the number that says when to read them anew.

Who remembers what is tenants/memory.py; here is only what the models need in order to tell of each write.
"""

from typing import Any, TypeVar

from django.db import models
from django.dispatch import Signal

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)

written = Signal()
"""Sent by RememberedQuerySet with the model as sender and `fields`, None for whole rows."""


class RememberedQuerySet(models.QuerySet[Row_co]):
    """Tells of the writes for which Django sends no signal."""

    def update(self, **values: Any) -> int:
        count = super().update(**values)
        written.send(sender=self.model, fields=list(values))
        return count

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Row_co]:
        rows = super().bulk_create(objs, *args, **kwargs)
        written.send(sender=self.model, fields=None)
        return rows


class ChangeTick(models.Model):
    """The only row has id 1; it is written after the commit of a change, in a statement of its own."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)
