"""ChatWidget: what the chat says and where it may stand; Visitor: a stranger's browser that writes in it;
VisitorFile: what it sent ahead for a message.

When somebody is there to answer is rules.py; who holds a visitor's token is decided in access.py.
"""

import secrets
from datetime import datetime, time

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.files.models import StoredFile
from core.realtime.presence import is_somebody_present
from inbox.conversations.models import Conversation
from inbox.transports.chat.rules import WORKDAYS, is_within, known_origins
from tenants.models import WorkspaceModel


def new_key() -> str:
    """What names the widget in other people's pages: public, and good for nothing but asking."""
    return secrets.token_urlsafe(12)


def workdays() -> list[int]:
    return list(WORKDAYS)


class ChatWidget(WorkspaceModel):
    """The chat of a workspace, at most one. Colours, name and logo come from its brand."""

    class Opens(models.TextChoices):
        """When visitors chat; else they are asked for an address."""

        ALWAYS = "always", "Always"
        HOURS = "hours", "In office hours"
        PRESENCE = "presence", "While somebody of the team is here"

    only = models.BooleanField(default=True, unique=True, editable=False)
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    is_active = models.BooleanField(default=True)
    takes_files = models.BooleanField(default=True, db_default=True)
    origins = models.JSONField(default=list)
    title = models.CharField(max_length=60, default="Chat with us")
    greeting = models.CharField(max_length=500, default="Hello. How can we help?")
    away = models.CharField(
        max_length=500,
        default="We are not here at the moment. Leave a message, and we answer by e-mail.",
    )
    opens = models.CharField(max_length=12, choices=Opens, default=Opens.ALWAYS)
    days = models.JSONField(default=workdays)
    opens_at = models.TimeField(default=time(9))
    closes_at = models.TimeField(default=time(17))
    zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="chat_widget_only")]

    def __str__(self) -> str:
        return self.title

    @property
    def allowed_origins(self) -> frozenset[str]:
        return known_origins(self.origins)

    def is_online(self, *, now: datetime) -> bool:
        """Whether somebody can be expected to answer at once."""
        if self.opens == self.Opens.HOURS:
            return is_within(now, days=self.days, opens=self.opens_at, closes=self.closes_at, zone=self.zone)
        return self.opens == self.Opens.ALWAYS or is_somebody_present()


class Visitor(WorkspaceModel):
    """A stranger's browser. It proves itself by a secret of which the hash is kept; who they are, once that
    is known, is their conversation's contact.

    `seen_seq` is the newest message they had on a focused screen, `mailed_seq` the newest answer they were
    mailed; `waits_since` is when the oldest answer came that they have not seen and were not mailed.
    """

    secret_hash = models.CharField(max_length=64, editable=False)
    name = models.CharField(max_length=200, blank=True)
    conversation = models.OneToOneField(Conversation, models.CASCADE, null=True, related_name="visitor")
    seen_seq = models.IntegerField(default=0)
    mailed_seq = models.IntegerField(default=0)
    waits_since = models.DateTimeField(null=True)
    is_blocked = models.BooleanField(default=False)
    last_seen_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(
                fields=["waits_since"], name="chat_visitor_waits", condition=Q(waits_since__isnull=False)
            ),
            models.Index(
                fields=["created_at"], name="chat_visitor_silent", condition=Q(conversation__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Visitor {self.short}"

    @property
    def short(self) -> str:
        """Four characters that tell two nameless visitors apart (UUIDv7 ends in random bits)."""
        return self.id.hex[-4:].upper()


class VisitorFile(WorkspaceModel):
    """A file that a visitor sent ahead and has put into no message yet; it goes with the file, after a day.

    `key` is what their browser calls it: sent twice, it is kept once.
    """

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="files", db_index=False)
    key = models.UUIDField(editable=False)
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visitor", "key"], name="chat_visitor_file_once")]

    def __str__(self) -> str:
        return f"{self.file_id} of {self.visitor_id}"
