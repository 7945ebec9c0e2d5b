"""Demo data in a workspace: lists show what the messages say, and a seed means the same each time."""

import hashlib
from datetime import timedelta
from itertools import groupby, pairwise
from typing import Any

from django.db import connection, transaction

from core.accounts.models import User
from core.contacts.models import Company, Contact
from core.contacts.rules import email_key, phone_e164
from core.text import fold, preview
from deploy.demo import bulk
from deploy.demo.progress import Progress
from inbox.conversations.models import Conversation, Message, SeenMark
from inbox.search.domain.filling import fill as collect_words
from inbox.search.models import MessageEntry
from tests.deploy.demo.conftest import UNTIL, Fill

TABLES = (Company, Contact, Conversation, Message, SeenMark)


def fingerprint() -> str:
    """Every column of every row."""
    rows = [list(model.objects.order_by("pk").values_list()) for model in TABLES]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def by_conversation() -> dict[Any, list[Message]]:
    messages = Message.objects.order_by("conversation_id", "seq")
    return {key: list(group) for key, group in groupby(messages, key=lambda one: one.conversation_id)}


def waiting_since(conversation: Conversation, messages: list[Message]) -> object:
    """As domain/append.py keeps it: since the first message after the team's last."""
    after = max((at for at, one in enumerate(messages, start=1) if one.direction == "out"), default=0)
    return messages[after].created_at if conversation.is_open and after < len(messages) else None


def test_it_works(fill: Fill) -> None:
    fill(contacts=60, messages=400)
    counts = [model.objects.count() for model in TABLES]
    assert counts == [
        Company.objects.filter(contacts__isnull=False).distinct().count(),
        60,
        80,
        400,
        counts[-1],
    ]
    connection.check_constraints()


def test_list_columns_are_what_the_messages_say(fill: Fill) -> None:
    fill(contacts=200, messages=2_000)
    told = by_conversation()
    rows = Conversation.objects.select_related("contact")
    shown = {
        row.id: (
            row.next_seq, row.message_count, row.preview, row.last_direction, row.last_message_at,
            row.waiting_since, row.created_at,
        )
        for row in rows
    }  # fmt: skip
    said = {
        row.id: (
            len(told[row.id]) + 1, len(told[row.id]), preview(told[row.id][-1].body_text),
            told[row.id][-1].direction, told[row.id][-1].created_at, waiting_since(row, told[row.id]),
            told[row.id][0].created_at,
        )
        for row in rows
    }  # fmt: skip
    assert shown == said
    assert {row.is_open and row.waiting_since is not None for row in rows} == {True, False}


def test_every_message_can_be_found(fill: Fill) -> None:
    """What search keeps is what it would have written itself."""
    fill(contacts=60, messages=400)
    before = _entries()
    MessageEntry.objects.all().delete()
    collect_words()
    assert (len(before), _entries()) == (400, before)


def _entries() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM message_search_messageentry e ORDER BY message_id")
        return list(cursor.fetchall())


def test_messages_are_whole(fill: Fill) -> None:
    fill(contacts=200, messages=2_000)
    for messages in by_conversation().values():
        assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
        times = [one.created_at for one in messages]
        assert all(before < after for before, after in pairwise(times))
        assert times[-1] < UNTIL
        assert all((one.author_id is None) == (one.direction == "in") for one in messages)
        assert all((one.state == "received") == (one.direction == "in") for one in messages)
        assert all(bool(one.failure) == (one.state == "failed") for one in messages)


def test_keys_are_those_the_product_would_make(fill: Fill) -> None:
    fill(contacts=300, messages=500)
    rows = list(Contact.objects.select_related("company"))
    assert [row.email_key for row in rows] == [email_key(row.email) for row in rows]
    assert [row.phone_e164 for row in rows] == [phone_e164(row.phone) for row in rows]
    assert [row.sort_key for row in rows] == [fold(row.name) for row in rows]
    assert {row.id.version for row in rows} == {7}
    assert all(row.email.endswith(f"@{row.company.domain}") for row in rows if row.company and row.email)
    assert any(not row.name.isascii() for row in rows)


def test_nobody_came_after_their_first_message(fill: Fill) -> None:
    fill(contacts=80, messages=800)
    first: dict[Any, Any] = {}
    for row in Conversation.objects.order_by("-created_at"):
        first[row.contact_id] = row.created_at
    came = dict(Contact.objects.filter(id__in=first).values_list("id", "created_at"))
    assert came == first


def test_seen_marks_fit(fill: Fill) -> None:
    fill(contacts=200, messages=2_000)
    told = by_conversation()
    marks = {(mark.conversation_id, mark.user_id): mark.seq for mark in SeenMark.objects.all()}
    wrote = {
        (key, one.author_id): one.seq for key, messages in told.items() for one in messages if one.author_id
    }
    assert [key for key, seq in wrote.items() if marks.get(key, 0) < seq] == []
    assert [key for key, seq in marks.items() if seq > len(told[key[0]])] == []
    news = [row for row in Conversation.objects.filter(state="open") if row.last_direction == "in"]
    users = list(User.objects.values_list("id", flat=True))
    unread = sum(marks.get((row.id, user), 0) < row.last_seq for row in news for user in users)
    assert 0 < unread < len(news) * len(users)


def test_all_channels_states_and_doubts_occur(fill: Fill) -> None:
    fill(contacts=300, messages=3_000)
    rows = Conversation.objects
    assert set(rows.values_list("channel", flat=True)) == {"form", "email", "api", "manual"}
    assert set(rows.values_list("state", flat=True)) == {"open", "resolved"}
    assert set(rows.values_list("doubt", flat=True)) == {"", "trap"}
    owners = set(rows.filter(state="open").values_list("assignee", flat=True))
    assert owners == {None, *User.objects.values_list("id", flat=True)}
    assert set(Message.objects.values_list("automatic", flat=True)) == {True, False}
    assert set(Message.objects.values_list("state", flat=True)) == {"received", "sent", "failed"}
    assert rows.filter(last_message_at__gte=UNTIL - timedelta(hours=3)).exists()
    assert rows.filter(message_count__gt=100).exists()


def test_same_seed_same_data(fill: Fill) -> None:
    prints = []
    for seed in (5, 5, 6):
        with transaction.atomic():
            fill(contacts=70, messages=600, seed=seed)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1]
    assert prints[0] != prints[2]


def test_several_seeds_fit_into_one_workspace(fill: Fill) -> None:
    amounts = [fill(contacts=50, messages=100, seed=seed) for seed in (0, 1, 2)]
    connection.check_constraints()
    assert (Contact.objects.count(), Message.objects.count()) == (150, 300)
    assert [bulk.is_filled(amount) for amount in amounts] == [True, True, True]


def test_a_seed_that_is_not_there_is_not_found(fill: Fill) -> None:
    amount = fill(contacts=10, messages=0, seed=3)
    Contact.objects.all().delete()
    assert not bulk.is_filled(amount)


def test_a_long_job_says_how_far_it_is() -> None:
    said: list[str] = []
    eager = Progress("contacts", total=2_000, say=said.append, seconds=0)
    eager.add(500)
    eager.add(1_500)
    Progress("contacts", total=2_000, say=said.append).add(2_000)
    assert said == ["contacts: 500 of 2,000 (25 %)", "contacts: 2,000 of 2,000 (100 %)"]
