"""A page of results with what a row shows of each, and whether everything can be found yet.

How the messages are found is plans.py.
"""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from core.accounts.models import User
from core.api.paging import decode_cursor, encode_cursor
from inbox.conversations.models import Message
from inbox.search.asking import Asked
from inbox.search.naming import named
from inbox.search.plans import Search, in_time, newest
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
    """A page, the newest first; `next_cursor` is "" at the end."""

    hits: list[Hit]
    next_cursor: str
    hints: list[str]


def results(asked: Asked, *, by: User, after: str = "") -> Results:
    """The page behind cursor `after`. Raises BadCursor and TooSlow."""
    past = decode_cursor(Message, by=_BY, cursor=after) if after else None
    with in_time():
        found = named(asked.people, labels=asked.labels, by=by)
        search = Search(asked, found, past)  # type: ignore[arg-type]  # decode_cursor gives the fields' types
        ids = [id for _, id in newest(search, size=SIZE + 1)]
    rows = Message.objects.select_related("conversation__contact", "author").defer("body_html", "references")
    by_id = rows.in_bulk(ids[:SIZE])
    messages = [by_id[id] for id in ids[:SIZE] if id in by_id]  # one may have been deleted just now
    cursor = encode_cursor(messages[-1], by=_BY) if len(ids) > SIZE and messages else ""
    return Results([_hit(message, asked=asked) for message in messages], cursor, [*asked.hints, *found.hints])


def _hit(message: Message, *, asked: Asked) -> Hit:
    texts = [message.body_text]
    if message.seq == 1:
        texts += [message.conversation.subject, message.quoted_text]
    return Hit(message, snippet(texts, terms=asked.terms))


def is_complete() -> bool:
    """Whether every message can be found. They are collected from the newest to the oldest."""
    oldest = Message.objects.order_by("id").values_list("search_entry__message_id", flat=True)[:1]
    return all(oldest)
