"""Delivery, the ledger's row: one message to one recipient, sent or not; Suppression, who is not mailed;
ProviderEvent, what a mail provider has told us already; DkimKey, what signs our mail.

The tables stand in `public` and in each workspace. A contact is named by id without a foreign key, because
contacts stand in workspaces only. What happens to a row is domain/, one file per step.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tenants.models import WorkspaceModel

BOUNCED = "bounced"
"""The code of a delivery that came back."""
LATE = "late"
"""The code of one that is sent, and that another server still tries to deliver."""


class Delivery(WorkspaceModel):
    """`kind` names the composer, `ref` what it composes from; with the recipient they are unique.

    `reason` is one short line for people: why it was skipped, failed, is unknown, or will be tried again;
    `code` is the same for programs. `claim` is a fence: only the worker that holds it may settle the row.
    `payload` holds what system mail says, and is emptied when the row is settled.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Not sent"
        UNKNOWN = "unknown", "May have arrived"

    kind = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    to = models.CharField(max_length=320)
    to_key = models.CharField(max_length=64, editable=False)
    contact_id = models.UUIDField(null=True, blank=True)
    automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=255, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    announced = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "to_key"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_sending_has_lease",
                condition=~Q(state="sending") | Q(lease_until__isnull=False, claim__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_settled_in_the_end",
                condition=Q(state__in=["queued", "sending"], settled_at__isnull=True)
                | Q(state__in=["sent", "failed", "skipped", "unknown"], settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], name="delivery_due", condition=Q(state="queued")),
            models.Index(fields=["lease_until"], name="delivery_in_flight", condition=Q(state="sending")),
            models.Index(
                fields=["settled_at"],
                name="delivery_untold",
                condition=Q(announced=False, settled_at__isnull=False),
            ),
            models.Index(fields=["contact_id", "created_at"], name="delivery_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} to {self.to}: {self.state}"


class Suppression(WorkspaceModel):
    """An address that gets no more mail, known by its hash only, so that it outlives the person's erasure."""

    class Scope(models.TextChoices):
        ALL = "all", "Every mail"
        MARKETING = "marketing", "Marketing mail"

    class Reason(models.TextChoices):
        BOUNCE = "bounce", "The mailbox does not exist"
        COMPLAINT = "complaint", "Marked our mail as unwanted"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        ERASED = "erased", "Asked to be forgotten"
        MANUAL = "manual", "Blocked by the team"

    address_key = models.CharField(max_length=64)
    scope = models.CharField(max_length=12, choices=Scope)
    reason = models.CharField(max_length=12, choices=Reason)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address_key", "scope"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.reason}"


class ProviderEvent(WorkspaceModel):
    """Something a provider's webhook told this place, by the provider's own id of it: heard once."""

    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=200)
    heard_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"


class DkimKey(WorkspaceModel):
    """A key that signs mail of one domain once its public half is found in the DNS, under its selector.

    `sealed` is the private half (tenants/secrets.py), `public` what the TXT record says of it; `trouble` is
    what was found there instead, in words.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Not found yet"
        WRONG = "wrong", "Another key was found"
        FOUND = "found", "Found"
        RETIRED = "retired", "Replaced"

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    sealed = models.TextField(editable=False)
    public = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    trouble = models.CharField(max_length=300, blank=True)
    checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "selector"], name="dkim_selector_once")]

    def __str__(self) -> str:
        return f"{self.record_name}: {self.state}"

    @property
    def record_name(self) -> str:
        """Where its TXT record is to stand (RFC 6376 §3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record_value(self) -> str:
        """What the record is to say (RFC 6376 §3.6.1)."""
        return f"v=DKIM1; k=rsa; p={self.public}"
