"""What is one teammate's own in a conversation: how far they have seen it, and what they began to write."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from inbox.attachments.enums import DraftKind
from inbox.conversations.models.conversations import Conversation
from tenants.models import WorkspaceModel


class SeenMark(WorkspaceModel):
    """The newest message of a conversation that one teammate had on a focused screen."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="seen_marks", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="seen_once")]

    def __str__(self) -> str:
        return f"seen to {self.seq}"


class Draft(WorkspaceModel):
    """A reply or note that one teammate has begun and not sent; one of each kind per conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=DraftKind)
    text = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user", "kind"], name="draft_once")]
        indexes = [models.Index(fields=["user", "updated_at"], name="draft_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id}"

    @property
    def version(self) -> str:
        """Which words these are: when they were saved, in microseconds since 1970, later ones greater."""
        since = self.updated_at - datetime(1970, 1, 1, tzinfo=UTC)
        return str(since // timedelta(microseconds=1))
