"""Message and who is mentioned in it; a conversation's own row is conversations.py next door."""

from collections.abc import Iterable
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from core.sending.rules.fates import CAME_BACK
from inbox.attachments.queries import ShownFile, files_of
from inbox.conversations.chips import with_chips
from inbox.conversations.enums import UNDELIVERED, Direction, MessageState
from inbox.conversations.models.conversations import Conversation
from inbox.conversations.transports import Transport
from tenants.models import WorkspaceModel


class Message(WorkspaceModel):
    """One message; `seq` counts from 1 without holes inside its conversation.

    `quoted_text` is what a mail repeats below its new text; `automatic` says that a robot wrote it. While an
    answer could not be handed over, `failure` says why, and `retry_at` when it is tried again by itself.
    `client_key` is what the browser called it before it was stored: sent twice, it is stored once.
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
    client_key = models.UUIDField(null=True, editable=False)
    message_id = models.CharField(max_length=998, blank=True)
    references = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_seq_once"),
            models.UniqueConstraint(F("client_key"), name="message_client_key_once"),
        ]
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
    def files(self) -> list[ShownFile]:
        """What is shown of its files; asked of the database once, unless `with_files` was."""
        if "_files" not in self.__dict__:
            self.__dict__["_files"] = files_of([self.id]).get(self.id, [])
        return cast("list[ShownFile]", self.__dict__["_files"])

    @classmethod
    def with_files(cls, messages: Iterable["Message"]) -> list["Message"]:
        """The messages, their files read in one query."""
        rows = list(messages)
        found = files_of(row.id for row in rows) if rows else {}
        for row in rows:
            row.__dict__["_files"] = found.get(row.id, [])
        return rows

    @property
    def laid_out(self) -> SafeString:
        """How its channel shows it in place of its words, "" for as it stands; asked as `files` is."""
        if self.direction != Direction.IN:
            return SafeString("")
        if "_laid_out" not in self.__dict__:
            found = self.conversation.transport.laid_out([self.id])
            self.__dict__["_laid_out"] = found.get(self.id, SafeString(""))
        return cast("SafeString", self.__dict__["_laid_out"])

    @classmethod
    def with_layout(cls, messages: Iterable["Message"], *, transport: Transport) -> None:
        """Have the messages of one conversation laid out by its transport, in the queries that one takes."""
        rows = [row for row in messages if row.direction == Direction.IN]
        found = transport.laid_out([row.id for row in rows]) if rows else {}
        for row in rows:
            row.__dict__["_laid_out"] = found.get(row.id, SafeString(""))

    @property
    def noted(self) -> SafeString:
        """The words of a private note with whom they mention as chips."""
        named: dict[str, list[UUID]] = {}
        for mention in self.mentions.all():
            named.setdefault(mention.words, []).append(mention.user_id)
        named.pop("", None)
        return with_chips(self.body_text, named)

    @property
    def came_back(self) -> bool:
        """Whether it left us and was returned, rather than never having left."""
        return self.failure.startswith(CAME_BACK)

    @property
    def can_retry(self) -> bool:
        return self.direction == Direction.OUT and self.state in UNDELIVERED


class Mention(WorkspaceModel):
    """A teammate named in a private note, once per note; `words` are what names them there, after an "@"."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    words = models.CharField(max_length=400, blank=True, default="", db_default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mentioned_once")]
        indexes = [models.Index(fields=["user", "created_at"], name="mention_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.message_id}"
