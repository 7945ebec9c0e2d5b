"""Conversation and its labels: fields, constraints and the indexes their lists read.

A conversation's row carries what a list shows of it, written in the same transaction as the message by
domain/append.py; reads are queries.py.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.accounts.models import Team
from core.contacts.models import Contact
from core.standing import Standing
from inbox.conversations.enums import Direction, Doubt, Priority, State
from inbox.conversations.transports import Transport, channel_choices, transport_of
from tenants.models import WorkspaceModel


class Conversation(WorkspaceModel):
    """One matter between a contact and the team.

    `waiting_since` is set while the contact waits for us; `undelivered` while an answer has not arrived, or
    may not have. A snoozed one without `snoozed_until` sleeps until they write. `last_in_seq` is the
    contact's newest message; None in a row from before the column, until something is added to it.
    """

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="conversations", db_index=False)
    channel = models.CharField(max_length=12, choices=channel_choices)
    subject = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NONE, db_default=Priority.NONE)
    snoozed_until = models.DateTimeField(null=True)
    doubt = models.CharField(max_length=12, choices=Doubt, default=Doubt.NONE, blank=True)
    next_seq = models.PositiveIntegerField(default=1)
    last_in_seq = models.IntegerField(null=True)
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
            models.Index(fields=["team", "state", "last_message_at", "id"], name="conversation_by_team"),
            models.Index(
                fields=["snoozed_until"],
                name="conversation_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["priority", "state", "last_message_at", "id"],
                name="conversation_by_priority",
                condition=Q(priority__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.preview

    @property
    def transport(self) -> Transport:
        """How it is answered and shown."""
        return transport_of(self.channel)

    @property
    def contact_seen(self) -> int:
        """The seq of the newest message that the contact has seen, 0 where nobody knows."""
        return self.transport.contact_seen(self)

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def last_seq(self) -> int:
        return self.next_seq - 1

    @property
    def labels(self) -> "list[Label]":
        """Its labels by name; prefetched by `conversation_rows`."""
        prefetched = getattr(self, "_prefetched_objects_cache", {})
        if "label_marks" in prefetched:
            return [mark.label for mark in self.label_marks.all()]
        marks = self.label_marks.filter(label__deleted_at=None)
        marks = marks.select_related("label").order_by("label__name")
        return [mark.label for mark in marks]

    @property
    def its_team(self) -> Team | None:
        """Its team; None where that is deleted and the conversation not cleared of it yet."""
        return self.team if self.team is not None and self.team.stands else None

    @property
    def newest_in(self) -> int:
        """The seq of the contact's newest message; 0 where they have not written, or not last."""
        if self.last_in_seq is None:
            return self.last_seq if self.last_direction == Direction.IN else 0
        return self.last_in_seq

    @property
    def is_unread(self) -> bool:
        """Whether the contact wrote last, notes aside, unseen by whom `conversation_rows` was asked for."""
        seen = getattr(self, "seen_seq", 0) or 0
        return self.last_direction == Direction.IN and self.newest_in > seen


class Label(Standing):
    """A word the team sorts conversations by; `hue` is its colour, 0 to 359 degrees."""

    name = models.CharField(max_length=40)
    hue = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(deleted_at=None), name="label_named_once_standing"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hue_class(self) -> str:
        """Its colour as a class of pieces.css."""
        return f"hue-{self.hue // 30 % 12}"


class ConversationLabel(WorkspaceModel):
    """A label on a conversation. Repeats its state and the time of its newest message (domain/marks.py).

    So a label's lists are one index. `state` is None in a row from before the column, until it is filled.
    """

    label = models.ForeignKey(Label, models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="label_marks", db_index=False)
    last_message_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, null=True)  # noqa: DJ001 - NULL is "not filled yet", "" no state

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "label"], name="labelled_once")]
        indexes = [
            models.Index(fields=["label", "state", "last_message_at", "conversation"], name="label_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.label_id} on {self.conversation_id}"
