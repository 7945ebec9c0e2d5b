"""Reads of the inbox, each with a constant number of queries: lists, one thread, counts, the home page.

One row by an id from outside is access.py; writes are in domain/.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC
from typing import cast
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects

from core.accounts.models import User
from core.accounts.rules import Role
from core.api.paging import Page, keyset_page
from inbox.attachments.enums import DraftKind
from inbox.conversations.enums import Direction, State
from inbox.conversations.filters import ListFilter
from inbox.conversations.models import Conversation, ConversationLabel, Draft, Label, Message, SeenMark

LIST_SIZE = 40
THREAD_SIZE = 50
READERS_SHOWN = 50
LABELS = Prefetch(
    "label_marks",
    ConversationLabel.objects.filter(label__deleted_at=None).select_related("label").order_by("label__name"),
)


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Some messages of a conversation, oldest first.

    `older` is the seq to ask before, None at the start; `newer` the seq to ask after, None at the end.
    """

    messages: list[Message]
    older: int | None
    newer: int | None = None


def conversation_rows(user: User) -> QuerySet[Conversation]:
    """Conversations with what a list row shows, and how far this user has seen each."""
    seen = SeenMark.objects.filter(conversation=OuterRef("pk"), user=user).values("seq")[:1]
    rows = Conversation.objects.select_related("contact__company", "assignee", "team").annotate(
        seen_seq=Subquery(seen)
    )
    return cast("QuerySet[Conversation]", rows.prefetch_related(LABELS))


def inbox_page(user: User, *, shown: ListFilter, after: str = "") -> Page[Conversation]:
    """One page of a list, the newest message first. Raises BadCursor."""
    rows = conversation_rows(user)
    if not shown.is_narrowed:
        return newest_first(shown.apply(rows, user=user), after=after)
    narrowed = shown.apply(Conversation.objects.all(), user=user)
    return newest_first(narrowed, after=after, at=shown.order, shown=rows)


def contact_page(user: User, *, contact_id: UUID, after: str = "") -> Page[Conversation]:
    """The conversations of one contact, the newest message first. Raises BadCursor."""
    return newest_first(of_contact(conversation_rows(user), contact_id=contact_id), after=after)


def of_contact(rows: QuerySet[Conversation], *, contact_id: UUID) -> QuerySet[Conversation]:
    """Those of a contact that are not deleted, the newest message first."""
    rows = rows.filter(contact_id=contact_id).exclude(state=State.DELETED)
    return rows.order_by("-last_message_at", "-id")


def newest_first(
    rows: QuerySet[Conversation],
    *,
    after: str,
    at: tuple[str, ...] = (),
    shown: QuerySet[Conversation] | None = None,
) -> Page[Conversation]:
    by = ("last_message_at", "id")
    return keyset_page(rows, by=by, at=at, after=after, size=LIST_SIZE, descending=True, shown=shown)


def newest_of(contact_id: UUID, *, size: int = 20) -> list[Conversation]:
    """A contact's newest conversations, the same for everybody, in two queries."""
    rows = Conversation.objects.select_related("contact__company", "assignee", "team")
    return list(of_contact(rows.prefetch_related(LABELS), contact_id=contact_id)[:size])


def thread_page(
    conversation: Conversation,
    *,
    before: int | None = None,
    after: int | None = None,
    at: int | None = None,
    size: int = THREAD_SIZE,
) -> ThreadPage:
    """The newest `size` messages, those before or after a seq, or around seq `at`; in two queries.

    A third one reads whom notes mention, where there are some, and its transport may take more to lay
    them out.

    A page that continues another one says only how it goes on in its own direction.
    """
    rows = Message.objects.filter(conversation_id=conversation.id).select_related("author")
    start = after
    if at is not None and at <= conversation.last_seq - size // 2:
        start = max(0, at - size // 2 - 1)
    if start is not None:
        messages = list(rows.filter(seq__gt=start).order_by("seq")[:size])
    else:
        rows = rows if before is None else rows.filter(seq__lt=before)
        messages = list(rows.order_by("-seq")[:size])[::-1]
    for message in Message.with_files(messages):
        message.conversation = conversation
    notes = [message for message in messages if message.direction == Direction.NOTE]
    prefetch_related_objects(notes, "mentions")  # asks nothing where there are no notes
    Message.with_layout(messages, transport=conversation.transport)
    # Seqs have no holes, so that the ends of a page say whether there is more.
    first, last = (messages[0].seq, messages[-1].seq) if messages else (1, conversation.last_seq)
    older = first if first > 1 and after is None else None
    return ThreadPage(messages, older, last if last < conversation.last_seq and before is None else None)


def last_inbound(conversation_id: UUID, *, before: int) -> Message | None:
    """What the contact said last before seq `before`: an answer refers to it."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__lt=before, direction=Direction.IN)
    found: Message | None = rows.order_by("-seq").first()
    return found


def answers_between(conversation_id: UUID, *, first: int, last: int) -> list[Message]:
    """The team's answers from seq `first` to `last`, oldest first; never a private note."""
    rows = Message.objects.filter(conversation_id=conversation_id, direction=Direction.OUT)
    return list(rows.filter(seq__range=(first, last)).order_by("seq"))


def longest_waiting(user: User, *, size: int = 8) -> list[Conversation]:
    """Those who wait for an answer, the longest wait first."""
    return list(
        conversation_rows(user).filter(waiting_since__isnull=False).order_by("waiting_since", "id")[:size]
    )


def any_conversation() -> bool:
    """Whether anybody has ever written to this workspace."""
    return bool(Conversation.objects.exists())


def waiting_since() -> str | None:
    """Since when the contact waits who waits longest, as ISO 8601 in UTC, for the consoles."""
    rows = Conversation.objects.filter(waiting_since__isnull=False).order_by("waiting_since")
    found = rows.values_list("waiting_since", flat=True).first()
    return found.astimezone(UTC).isoformat() if found else None


def last_answer() -> str | None:
    """When somebody of the team last wrote, as ISO 8601 in UTC; looked for among the newest 500 messages."""
    newest = Message.objects.order_by("-id").values("created_at", "author__role")[:500]
    by_people = (row["created_at"] for row in newest if row["author__role"] not in {None, Role.SUPPORT})
    found = next(by_people, None)
    return found.astimezone(UTC).isoformat() if found else None


def readers(conversation_id: UUID) -> list[SeenMark]:
    """How far teammates have read, the furthest first, in one query; support people have no mark."""
    rows = SeenMark.objects.filter(conversation_id=conversation_id, user__is_active=True)
    rows = rows.exclude(user__role=Role.SUPPORT).select_related("user")
    return list(rows.order_by("-seq", "user__name")[:READERS_SHOWN])


def own_draft(conversation_id: UUID, *, user: User, kind: DraftKind = DraftKind.REPLY) -> Draft | None:
    """What this person has begun to write here."""
    found: Draft | None = Draft.objects.filter(conversation_id=conversation_id, user=user, kind=kind).first()
    return found


def own_drafts(conversation_id: UUID, *, user: User) -> dict[str, Draft]:
    """What this person has begun to write here, by kind, in one question."""
    rows = Draft.objects.filter(conversation_id=conversation_id, user=user)
    return {row.kind: row for row in rows}


def all_labels() -> QuerySet[Label]:
    """The workspace's labels by name."""
    rows: QuerySet[Label] = Label.objects.order_by("name")
    return rows


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """A label and the conversations that have it: those its list of open ones shows, and all not deleted."""

    label: Label
    open: int
    total: int


def label_counts() -> list[LabelFigures]:
    """Each label with how many conversations have it, in two questions, the counts from the marks' index."""
    counts: dict[UUID, dict[str | None, int]] = {}
    rows = ConversationLabel.objects.exclude(state=State.DELETED).values_list("label_id", "state")
    for label_id, state, count in rows.annotate(Count("id")).order_by():
        counts.setdefault(label_id, {})[state] = count
    found = ((label, counts.get(label.id, {})) for label in all_labels())
    return [LabelFigures(label, some.get(State.OPEN, 0), sum(some.values())) for label, some in found]


def label_count(label_id: UUID) -> int:
    """How many conversations have a label, deleted ones too."""
    return int(ConversationLabel.objects.filter(label=label_id).count())


def labels_going() -> list[tuple[Label, int]]:
    """Deleted labels that still have to come off conversations, and off how many."""
    gone = list(Label.everyone.exclude(deleted_at=None).order_by("deleted_at"))
    marks = ConversationLabel.objects.filter(label__in=gone).values_list("label_id")
    counts = dict(marks.annotate(Count("id")).order_by()) if gone else {}
    return [(label, counts[label.id]) for label in gone if label.id in counts]


def team_counts(team_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many conversations are each team's; teams without any are not in it."""
    rows = Conversation.objects.filter(team__in=team_ids).values_list("team_id")
    return dict(rows.annotate(Count("id")).order_by())


def label_name(label_id: UUID) -> str:
    """What a label is called, or "" where there is none."""
    row = Label.objects.filter(id=label_id).first()
    return row.name if row else ""


def contact_of(conversation_id: UUID) -> str:
    """With whom a conversation is, or "" where there is none."""
    row = Conversation.objects.select_related("contact").filter(id=conversation_id).first()
    return row.contact.display_name if row else ""
