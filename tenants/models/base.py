"""The base of every model that lives in a workspace: a row belongs to the place it was made in.

What stands in `public` is next door, one file per part.
"""

from typing import Any, Self

from django.db import models

from tenants.ids import uuid7
from tenants.stamps import StampedQuerySet, check_stamp, stamp


class WorkspaceModel(models.Model):
    """A row that belongs to the place it was made or loaded in, and refuses to be written elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = StampedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        instance = super().from_db(db, field_names, values, **kwargs)
        stamp(instance)
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        check_stamp(self)
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check_stamp(self)
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        check_stamp(self)
        super().refresh_from_db(*args, **kwargs)
