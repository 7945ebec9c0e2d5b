"""Fact, Day and Clock: what happened and is not counted yet, what is counted, since when a matter is open."""

from django.db import models

from inbox.conversations.models import Conversation
from inbox.reports.enums import Kind
from tenants.models import WorkspaceModel


class Fact(WorkspaceModel):
    """Something that happened and is not in a Day yet. Deleted in the statement that counts it."""

    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=12)
    team = models.UUIDField()
    person = models.UUIDField()
    step = models.SmallIntegerField(default=0)
    seconds = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}"


class Day(WorkspaceModel):
    """How often something happened on a day (UTC); `seconds` is the sum where it took time.

    `team` and `person` are ids without a foreign key, NOBODY for none: what somebody did stays counted after
    they are gone.
    """

    day = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    channel = models.CharField(max_length=12)
    team = models.UUIDField()
    person = models.UUIDField()
    step = models.SmallIntegerField()
    count = models.IntegerField()
    seconds = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind", "channel", "team", "person", "step"], name="report_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.kind} on {self.day}"


class Clock(WorkspaceModel):
    """Since when a conversation is open, and whether somebody has answered it yet."""

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    replied = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"open since {self.opened_at}"
