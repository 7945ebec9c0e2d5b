"""Support access: who entered a client's workspace from a console, why, and until when.

What happened inside stands in the workspace's own log, where the client reads it.
"""

from datetime import datetime
from math import ceil

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tenants.ids import uuid7
from tenants.models.resellers import Reseller
from tenants.models.workspaces import Workspace


class SupportAccess(models.Model):
    """One stay; `entered_at` is empty until the link was followed, `reseller` for an operator's.

    `person` is the name and address as they were, for the time when the user is gone; `ended_by` is the same
    for somebody who left, the name of whoever sent them out, and "" where the stay ran out by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="support")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reseller = models.ForeignKey(Reseller, models.SET_NULL, null=True, related_name="+")
    person = models.CharField(max_length=400)
    reason = models.CharField(max_length=300)
    granted_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=400, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index("workspace", F("granted_at").desc(), name="support_newest")]
        constraints = [
            models.CheckConstraint(name="support_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="support_ends", condition=Q(expires_at__gt=F("granted_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.workspace_id}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def until(self) -> datetime:
        """When it was over, or will be."""
        return min(self.ended_at or self.expires_at, self.expires_at)

    @property
    def minutes(self) -> int:
        """How long it lasted, or has lasted until now; the minute that has begun counts."""
        since = self.entered_at or self.granted_at
        return max(1, ceil((min(self.until, timezone.now()) - since).total_seconds() / 60))

    @property
    def ending(self) -> str:
        """How it came to an end, in words, or ""."""
        if self.is_open:
            return ""
        if self.ended_by == self.person:
            return "left"
        if self.ended_by:
            return f"ended by {self.ended_by}"
        return "time was up" if self.until >= self.expires_at else "ended"
