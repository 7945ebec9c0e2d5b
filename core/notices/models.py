"""Notice: one happening that one person is told of. Written by domain/, read by queries.py."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tenants.ids import uuid7
from tenants.models import WorkspaceModel


class Notice(WorkspaceModel):
    """`kind` is one of kinds.py; `about` the row it is about, such as a conversation, without a foreign key.

    `happening` is the same for everybody who is told of one act: nobody is told of it twice.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    about = models.UUIDField()
    happening = models.UUIDField(default=uuid7)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "happening"], name="told_once")]
        indexes = [
            models.Index(fields=["user", "created_at", "id"], name="notice_list"),
            models.Index(fields=["user", "about"], name="notice_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["created_at"], name="notice_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}"
