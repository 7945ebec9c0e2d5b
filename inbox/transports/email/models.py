"""InboundMail: each mail as it came, kept before anybody looks into it; HeldMail, one of too many at once;
AutoAnswer, what is answered automatically.

A mail is stored by domain/keep.py while the sender waits for our answer, and read by domain/take_in.py.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from inbox.conversations.models import Message
from tenants.models import WorkspaceModel


class InboundMail(WorkspaceModel):
    """`mail_from` and `rcpt_to` are the envelope's; `reason` says in one line why it is not a message.

    `content_key` is the same for two copies of one mail; `attempts` counts how often reading it was begun.
    """

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting to be read"
        CAPTURED = "captured", "In the inbox"
        IGNORED = "ignored", "Not for the inbox"
        HELD = "held", "One of too many at once"
        UNREADABLE = "unreadable", "Could not be read"
        FAILED = "failed", "Could not be stored"

    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    mail_from = models.CharField(max_length=320, blank=True)
    rcpt_to = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    content_key = models.CharField(max_length=64, blank=True)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], name="inbound_waiting", condition=Q(state="received")),
            models.Index(fields=["content_key"], name="inbound_by_content", condition=~Q(content_key="")),
        ]

    def __str__(self) -> str:
        return f"{self.mail_from or '<>'}: {self.state}"


class HeldMail(WorkspaceModel):
    """A mail that was held back because too many came from one address (domain/storms.py).

    `released` says that somebody of the team wants it in the inbox all the same.
    """

    inbound = models.OneToOneField(InboundMail, models.CASCADE, related_name="held")
    sender = models.CharField(max_length=320)
    released = models.BooleanField(default=False)
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["sender", "id"], name="held_by_sender", condition=Q(released=False))]

    def __str__(self) -> str:
        return f"from {self.sender}"


class AutoAnswer(WorkspaceModel):
    """What whoever writes by e-mail is answered at once; one row, or none before it was ever saved."""

    is_active = models.BooleanField(default=False)
    text = models.CharField(max_length=2000, blank=True)

    def __str__(self) -> str:
        return "on" if self.is_active else "off"
