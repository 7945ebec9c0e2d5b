"""A line of the log of who did what, of the platform or of one workspace, before and in its chain.

Lines are only ever added: the web login has no right to change or delete one in either table
(settings.APPEND_ONLY_TABLES), and each line of the chain holds the hash of the one before (rules.py).
"""

from django.db import models
from django.db.models import F, Q

from tenants.models import WorkspaceModel


class Line(WorkspaceModel):
    """One act. Names are kept as they were then, and no key leads elsewhere: people go, lines stay.

    `behind` is the real person of a support stay with address and house, `support_id` that stay. On the
    platform `reseller_id` says whose matter it is. `action` is `thing.verb`, `address` where it came from.
    """

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=250)
    behind = models.CharField(max_length=560, blank=True)
    support_id = models.UUIDField(null=True)
    reseller_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=80, blank=True)
    label = models.CharField(max_length=250, blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        abstract = True


class PendingEntry(Line):
    """A line as its act committed it (domain/append.py); domain/chain.py writes it into the chain soon after.

    It stays after that, until the owner's login takes away what stands in the chain word for word
    (domain/prune.py): a web process in wrong hands could otherwise take a line before it is chained.
    """

    class Meta:
        verbose_name = "pending line of the log"

    def __str__(self) -> str:
        return f"{self.actor_name} {self.action} {self.label}"


class AuditEntry(Line):
    """A line in the chain, with the id that it has as a pending one."""

    seq = models.PositiveBigIntegerField(unique=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["-seq"]
        verbose_name = "line of the log"
        indexes = [
            models.Index("actor_id", F("seq").desc(), name="audit_by_person"),
            models.Index(
                "support_id", F("seq").desc(), name="audit_by_stay", condition=Q(support_id__isnull=False)
            ),
            models.Index(
                "reseller_id",
                F("seq").desc(),
                name="audit_by_reseller",
                condition=Q(reseller_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.actor_name} {self.action} {self.label}"
