"""A page of results with what a row shows of each, and whether everything can be found yet.

How the messages are found is plans.py.
"""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils.safestring import SafeString

from core.accounts.models import User
from core.api.paging import decode_cursor, encode_cursor
from inbox.conversations.enums import State
from inbox.conversations.models import Message
from inbox.search.asking import Asked
from inbox.search.naming import named
from inbox.search.plans import Search, Statement, in_time, newest
from inbox.search.snippets import snippet

SIZE = 30
_BY = ("created_at", "id")


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found, with its conversation, contact and author at hand."""

    message: Message
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Results:
    """A page, the newest first; `next_cursor` is "" at the end, `is_complete`: all can be found by now."""

    hits: list[Hit]
    next_cursor: str
    hints: list[str]
    is_complete: bool


def results(asked: Asked, *, by: User, after: str = "") -> Results:
    """The page behind cursor `after`. Raises BadCursor and TooSlow."""
    past = decode_cursor(Message, by=_BY, cursor=after) if after else None
    with in_time() if asked.people else nullcontext():
        found = named(asked.people, labels=asked.labels, by=by)
    search = Search(asked, found, past)  # type: ignore[arg-type]  # decode_cursor gives the fields' types
    messages = newest(search, size=SIZE + 1, read=_read)
    shown = messages[:SIZE]
    return Results(
        hits=[_hit(message, asked=asked) for message in shown if message.conversation.state != State.DELETED],
        next_cursor=encode_cursor(shown[-1], by=_BY) if len(messages) > SIZE else "",
        hints=[*asked.hints, *found.hints],
        is_complete=bool(messages[0].oldest_entry) if messages else is_complete(),  # type: ignore[attr-defined]  # annotated
    )


def _read(keys: Statement) -> list[Message]:
    """The messages whose keys a statement yields, in one question with what their rows show."""
    rows = Message.objects.select_related("conversation__contact", "author").defer("body_html", "references")
    rows = rows.annotate(oldest_entry=Subquery(_oldest_entry())).filter(id__in=RawSQL(*keys))  # noqa: S611 - plans.py's own pieces
    return list(rows.order_by("-created_at", "-id"))


def _hit(message: Message, *, asked: Asked) -> Hit:
    texts = [message.body_text]
    if message.seq == 1:
        texts += [message.conversation.subject, message.quoted_text]
    return Hit(message, snippet(texts, terms=asked.terms))


def is_complete() -> bool:
    """Whether every message can be found. They are collected from the newest to the oldest."""
    return all(row["search_entry__message_id"] for row in _oldest_entry())


def _oldest_entry() -> QuerySet[Message, Any]:
    """The words of the very first message, as a key that is NULL while they are missing."""
    return Message.objects.order_by("id").values("search_entry__message_id")[:1]
