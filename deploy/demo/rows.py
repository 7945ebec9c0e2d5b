"""A told conversation as rows: its messages, its list columns and how far each teammate has seen it.

The list columns follow the rules of inbox/conversations/domain/append.py; a test compares the two. Rows are
tuples in the order of the field names here, for COPY (bulk.py).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from core.text import preview
from deploy.demo.chance import stream
from deploy.demo.ids import SeededIds
from deploy.demo.plan import DAY
from deploy.demo.talk import Said, Talk, Teammate
from inbox.conversations.enums import Channel, Direction, Doubt, MessageState, State

CONVERSATION = (
    "id", "contact", "channel", "subject", "state", "assignee", "doubt", "next_seq", "message_count",
    "preview", "last_direction", "last_message_at", "waiting_since", "created_at",
)  # fmt: skip
MESSAGE = (
    "id", "conversation", "seq", "direction", "author", "body_text", "automatic", "state", "failure",
    "message_id", "references", "created_at",
)  # fmt: skip
SEEN = ("id", "conversation", "user", "seq")
REFUSED = "The mail server of the recipient refused the message: the mailbox is full."
RECEIVED = (MessageState.RECEIVED.value, "")

Row = tuple[Any, ...]


class Rows:
    """Collects rows until they are written; ids go on counting afterwards."""

    def __init__(self, *, seed: int, team: Sequence[Teammate], host: str, until: int) -> None:
        self._random, self._ids = stream(seed, purpose="rows"), SeededIds(seed)
        self._team, self._host, self._until = team, host, until
        self._told = self._marks = self._said = 0
        self.clear()

    def clear(self) -> None:
        self.conversations: list[Row] = []
        self.messages: list[Row] = []
        self.seen: list[Row] = []

    def add(self, talk: Talk) -> None:
        key = self._ids.make("conversation", number=self._told, at=talk.said[0].at)
        self._told += 1
        self.conversations.append(self._conversation(talk, key=key))
        self.messages += self._messages(talk, key=key)
        self.seen += self._seen(talk, key=key)

    def _conversation(self, talk: Talk, *, key: str) -> Row:
        plan, said, last = talk.plan, talk.said, talk.said[-1]
        trapped = plan.kind == "trap"
        answered = any(one.author for one in said)
        # Whoever answers owns it, until they let it go.
        kept = 0.85 if plan.is_open else 1.0
        owned = not trapped and self._random.random() < (kept if answered else 0.3)
        return (
            key, talk.person.id, plan.channel, talk.subject,
            State.OPEN.value if plan.is_open else State.RESOLVED.value, talk.owner.id if owned else None,
            Doubt.TRAP.value if trapped else Doubt.NONE.value, len(said) + 1, len(said), preview(last.text),
            direction(last), moment(last.at), waiting_since(said) if plan.is_open else None,
            moment(said[0].at),
        )  # fmt: skip

    def _messages(self, talk: Talk, *, key: str) -> Iterator[Row]:
        """Mail from the contact names what it answers, as mail programs do."""
        host = talk.person.email.rpartition("@")[2] if talk.plan.channel == Channel.EMAIL else ""
        answered = ""
        for seq, one in enumerate(talk.said, start=1):
            id = self._ids.make("message", number=self._said, at=one.at)
            self._said += 1
            state, failure = self._sent(one, is_last=seq == len(talk.said)) if one.author else RECEIVED
            arrived = state == MessageState.SENT if one.author else bool(host)
            message_id = f"<{id}@{self._host if one.author else host}>" if arrived else ""
            yield (
                id, key, seq, direction(one), one.author.id if one.author else None, one.text,
                talk.plan.kind == "robot" and not one.author, state, failure, message_id,
                "" if one.author or not host else answered, moment(one.at),
            )  # fmt: skip
            answered = message_id or answered

    def _sent(self, one: Said, *, is_last: bool) -> tuple[str, str]:
        """Nearly every answer left; among the last ones of recent days a few did not."""
        if is_last and self._until - one.at < 10 * DAY and self._random.random() < 0.05:
            return MessageState.FAILED.value, REFUSED
        return MessageState.SENT.value, ""

    def _seen(self, talk: Talk, *, key: str) -> Iterator[Row]:
        """Who answered has seen what came before; news of today only some have seen, the rest everybody."""
        fresh = talk.plan.is_open and self._until - talk.plan.last < DAY
        chance = 0.45 if fresh else 0.9 if talk.plan.is_open else 1.0
        for mate in self._team:
            wrote = max((seq for seq, one in enumerate(talk.said, start=1) if one.author is mate), default=0)
            seq = len(talk.said) if self._random.random() < chance else wrote
            if seq:
                yield self._ids.make("seen", number=self._marks, at=talk.said[-1].at), key, mate.id, seq
                self._marks += 1


def direction(one: Said) -> str:
    return Direction.OUT.value if one.author else Direction.IN.value


def waiting_since(said: Sequence[Said]) -> datetime | None:
    """When the contact first wrote after the team's last answer; None when it is their turn."""
    since = None
    for one in said:
        since = None if one.author else since or one.at
    return moment(since) if since else None


def moment(at: int) -> datetime:
    """Milliseconds since 1970 as the database keeps them."""
    return datetime.fromtimestamp(at / 1000, UTC)
