"""Conversation, Message, SeenMark and Capture: fields, constraints and the indexes their lists read.

A conversation's row carries what a list shows of it, written in the same transaction as the message by
domain/append.py; reads are queries.py.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from core.contacts.models import Contact
from inbox.conversations.enums import UNDELIVERED, Channel, Direction, Doubt, MessageState, State
from tenants.models import WorkspaceModel


class Conversation(WorkspaceModel):
    """One matter between a contact and the team.

    `waiting_since` is set while the contact waits for us; `undelivered` while an answer has not arrived, or
    may not have.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="conversations", db_index=False)
    channel = models.CharField(max_length=12, choices=Channel)
    subject = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    doubt = models.CharField(max_length=12, choices=Doubt, default=Doubt.NONE, blank=True)
    next_seq = models.PositiveIntegerField(default=1)
    message_count = models.PositiveIntegerField(default=0)
    preview = models.CharField(max_length=160, blank=True)
    last_direction = models.CharField(max_length=4, choices=Direction, default=Direction.IN)
    last_message_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    undelivered = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(waiting_since=None) | Q(state="open"), name="conversation_waits_while_open"
            )
        ]
        indexes = [
            models.Index(fields=["state", "last_message_at", "id"], name="conversation_by_state"),
            models.Index(
                fields=["assignee", "state", "last_message_at", "id"], name="conversation_by_assignee"
            ),
            models.Index(fields=["contact", "last_message_at", "id"], name="conversation_by_contact"),
            models.Index(
                fields=["waiting_since", "id"],
                name="conversation_waiting",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(fields=["created_at"], name="conversation_created"),
        ]

    def __str__(self) -> str:
        return self.subject or self.preview

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def last_seq(self) -> int:
        return self.next_seq - 1

    @property
    def is_unread(self) -> bool:
        """Whether the contact wrote last, unseen by the reader `queries.conversation_rows` was asked for."""
        return self.last_direction == Direction.IN and self.last_seq > (getattr(self, "seen_seq", 0) or 0)


class Message(WorkspaceModel):
    """One message; `seq` counts from 1 without holes inside its conversation.

    `quoted_text` is what a mail repeats below its new text; `automatic` says that a robot wrote it. While an
    answer could not be handed over, `failure` says why, and `retry_at` when it is tried again by itself.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    direction = models.CharField(max_length=4, choices=Direction)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    body_text = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    quoted_text = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=MessageState)
    failure = models.CharField(max_length=300, blank=True)
    retry_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    message_id = models.CharField(max_length=998, blank=True)
    references = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_once")]
        indexes = [
            models.Index(fields=["message_id"], name="message_by_message_id"),
            models.Index(
                fields=["conversation"], name="message_undelivered", condition=Q(state__in=UNDELIVERED)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.seq} {self.direction}"

    @property
    def html_url(self) -> str:
        """Where the mail as it was laid out is served, sandboxed; "" for a message without HTML."""
        if not self.body_html:
            return ""
        urlconf = settings.SITE_URLCONFS["workspace"]
        return reverse("inbox:message_html", args=[self.conversation_id, self.id], urlconf=urlconf)

    @property
    def can_retry(self) -> bool:
        return self.direction == Direction.OUT and self.state in UNDELIVERED


class SeenMark(WorkspaceModel):
    """The newest message of a conversation that one teammate had on a focused screen."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="seen_marks", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="seen_once")]

    def __str__(self) -> str:
        return f"seen to {self.seq}"


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
