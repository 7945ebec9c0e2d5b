"""Rows that stand until they are deleted, and are cleared away in the background afterwards.

Deleting one marks it: its name is free and nobody finds it any more, while what names it is still cleared.
"""

from typing import ClassVar

from django.db import models

from tenants.models import WorkspaceModel
from tenants.stamps import StampedQuerySet


class StandingManager(models.Manager.from_queryset(StampedQuerySet)):  # type: ignore[misc]  # built at run time
    """Those that stand: what is deleted is in no list, and nobody gives it to anything."""

    def get_queryset(self) -> models.QuerySet[models.Model]:
        rows: models.QuerySet[models.Model] = super().get_queryset()
        return rows.filter(deleted_at=None)


class Standing(WorkspaceModel):
    """Found by `objects` until it is deleted, and by `everyone` until its row is gone."""

    deleted_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[StandingManager] = StandingManager()
    everyone: ClassVar[models.Manager["Standing"]] = StampedQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def stands(self) -> bool:
        return self.deleted_at is None
