"""Capture: what makes a submission that arrives twice one lead. Written by domain/capture.py."""

from datetime import datetime

from django.db import models

from inbox.conversations.models.messages import Message
from tenants.models import WorkspaceModel


class Capture(WorkspaceModel):
    """What makes the same submission one lead: its source and key, unique in the database, for 24 hours."""

    source = models.CharField(max_length=80)
    dedupe_key = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "dedupe_key"], name="capture_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.dedupe_key[:12]}"

    def is_spent(self, *, now: datetime) -> bool:
        """Whether the same submission would be a new lead by now."""
        return self.message_id is None or self.expires_at <= now
