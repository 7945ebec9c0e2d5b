"""Opening one conversation among many: the database's part of the whole request, beside hand-written SQL.

The real view answers a signed-in teammate through Django's test client; the floor asks for the same rows on
the same connection. The data is inboxes.py next door.
"""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client

from core.accounts.models import User
from core.contacts.models import Contact
from core.sending.rules.addresses import address_key
from inbox.conversations.models import Conversation
from inbox.conversations.panels import RECENT
from inbox.conversations.queries import THREAD_SIZE
from tenants.context import place_of, workspace
from tenants.models import Workspace
from tenants.sites import primary_host
from tests.bench.inboxes import inbox
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.conftest import client_of

WARM = 5
LONG = 2 * THREAD_SIZE + 1
"""Only conversations with an earlier page behind the newest are opened."""

SESSION = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"
PERSON = "SELECT id, email, name, role, is_active, session_epoch, password FROM accounts_user WHERE id = %s"
HEAD = """
SELECT c.*, p.*, o.*, a.id, a.name, a.email,
    (SELECT seq FROM conversations_seenmark s WHERE s.conversation_id = c.id AND s.user_id = %s)
FROM conversations_conversation c
JOIN contacts_contact p ON p.id = c.contact_id
LEFT JOIN contacts_company o ON o.id = p.company_id
LEFT JOIN accounts_user a ON a.id = c.assignee_id
WHERE c.id = %s
"""
MESSAGES = """
SELECT m.*, u.id, u.name, u.email
FROM conversations_message m LEFT JOIN accounts_user u ON u.id = m.author_id
WHERE m.conversation_id = %s AND m.seq < %s
ORDER BY m.seq DESC LIMIT %s
"""
LABELS = """
SELECT m.*, l.* FROM conversations_conversationlabel m JOIN conversations_label l ON l.id = m.label_id
WHERE m.conversation_id = %s AND l.deleted_at IS NULL ORDER BY l.name
"""
FILES = """
SELECT a.*, f.* FROM attachments_attachment a JOIN files_storedfile f ON f.id = a.file_id
WHERE a.shown AND a.message_id = ANY(%s) ORDER BY a.message_id, a.position
"""
DRAFTS = "SELECT * FROM conversations_draft WHERE conversation_id = %s AND user_id = %s"
DRAFT_FILES = """
SELECT d.*, f.* FROM attachments_draftfile d JOIN files_storedfile f ON f.id = d.file_id
WHERE d.conversation_id = %s AND d.user_id = %s AND f.state <> 'going' ORDER BY d.created_at, d.id
"""
REFUSED = "SELECT reason FROM sending_suppression WHERE address_key = %s AND scope = 'all' LIMIT 1"
READERS = """
SELECT s.*, u.* FROM conversations_seenmark s JOIN accounts_user u ON u.id = s.user_id
WHERE s.conversation_id = %s AND u.is_active AND u.role <> 'support' ORDER BY s.seq DESC, u.name LIMIT 50
"""
OTHERS = """
SELECT * FROM conversations_conversation WHERE contact_id = %s AND id <> %s AND state <> 'deleted'
ORDER BY last_message_at DESC, id DESC LIMIT 6
"""
CONSENTS = "SELECT * FROM forms_consent WHERE contact_id = %s ORDER BY at DESC, id DESC LIMIT 10"
NEWEST_FILES = """
SELECT a.*, f.* FROM attachments_attachment a JOIN conversations_message m ON m.id = a.message_id
JOIN files_storedfile f ON f.id = a.file_id
WHERE m.conversation_id = %s AND m.seq > %s AND a.shown ORDER BY m.seq DESC, a.position LIMIT 6
"""
LOOKUPS = (
    "django_session",
    'FROM "accounts_user" LEFT OUTER JOIN "accounts_teamrole"',
    'FROM "tenants_domain"',
    'FROM "branding_brand"',
)
"""Who asks and where: queries of every page, the last two once in three seconds. They are counted apart."""


@dataclass
class Meter:
    """Around every query of Django: how long it was in the database (in ms), and what was asked."""

    spent: float = 0.0
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.spent += (perf_counter() - started) * 1000
            self.asked.append((sql, params))

    def own(self) -> list[tuple[str, Any]]:
        """The queries of the thread itself."""
        return [query for query in self.asked if not any(mark in query[0] for mark in LOOKUPS)]


@dataclass(frozen=True)
class Desk:
    """A teammate's browser in one workspace, and the long conversations to open there."""

    row: Workspace
    client: Client
    user: User
    threads: list[tuple[UUID, int]]
    contacts: dict[UUID, Contact]
    """By conversation."""

    def open(self, number: int, *, older: bool) -> Meter:
        """Ask for the part of the page that htmx would."""
        id, last = self.threads[number % len(self.threads)]
        target = "li#older-messages" if older else "section#reading"
        before = {"before": str(last + 1 - THREAD_SIZE)} if older else {}
        headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": target}
        meter = Meter()
        with connection.execute_wrapper(meter):
            answer = self.client.get(f"/inbox/{id}/", before, headers=headers)
        assert answer.status_code == 200, answer.status_code
        assert answer.content.count(b'data-live="message"') == THREAD_SIZE
        return meter

    def pages(self, meter: Meter) -> int:
        """How many 8 KB pages the thread's queries touch, as Postgres counts them."""
        touched = 0
        with workspace(self.row), connection.cursor() as cursor:
            for sql, params in meter.own():
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0][0]["Plan"]
                touched += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return touched

    def by_hand(self, number: int, *, older: bool) -> float:
        """The same rows by SQL on the connection Django uses, in ms: of the newest page, also all that stands
        beside its messages."""
        id, last = self.threads[number % len(self.threads)]
        key = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        before = last + 1 - THREAD_SIZE if older else last + 1
        with workspace(self.row), connection.cursor():
            raw = connection.connection
            assert raw is not None
            with raw.cursor() as cursor:
                by_hand = ByHand(cursor)
                by_hand.ask(SESSION, key)
                by_hand.ask(PERSON, self.user.id)
                by_hand.ask(HEAD, self.user.id, id)
                by_hand.ask(LABELS, id)
                rows = by_hand.ask(MESSAGES, id, before, THREAD_SIZE + 1)
                by_hand.ask(FILES, [row[0] for row in rows])
                if not older:
                    self._beside(by_hand, id=id, last=last)
        return by_hand.spent

    def _beside(self, by_hand: "ByHand", *, id: UUID, last: int) -> None:
        contact = self.contacts[id]
        for sql in (DRAFTS, DRAFT_FILES):
            by_hand.ask(sql, id, self.user.id)
        by_hand.ask(REFUSED, address_key(contact.email))
        by_hand.ask(READERS, id)
        by_hand.ask(OTHERS, contact.id, id)
        by_hand.ask(CONSENTS, contact.id)
        by_hand.ask(NEWEST_FILES, id, max(0, last - RECENT))


@dataclass
class ByHand:
    """Statements one after the other; how long these took as Meter counts it, in ms."""

    cursor: Any
    spent: float = 0.0

    def ask(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        started = perf_counter()
        self.cursor.execute(sql, params)
        self.spent += (perf_counter() - started) * 1000
        rows: list[tuple[Any, ...]] = self.cursor.fetchall()
        return rows


@bench("thread")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """1,000,000 messages in 200,000 conversations, and a tenth of it to see it grow."""
    messages, turns = size.pick(1_000_000, 50_000), size.pick(300, 60)
    large, small = (desk(inbox(place, messages=count)) for count in (messages, messages // 10))
    for older, name in ((False, "newest"), (True, "older")):
        yield from _figures(name, large=large, small=small, turns=turns, older=older)


def _figures(name: str, *, large: Desk, small: Desk, turns: int, older: bool) -> Iterator[Figure]:
    for number in range(WARM):
        large.open(number, older=older)
        small.open(number, older=older)
    ours, floor, tenth = [], [], []
    for number in range(turns):
        ours.append(large.open(number, older=older))
        floor.append(large.by_hand(number, older=older))
        tenth.append(small.open(number, older=older))
    spent, of_a_tenth = (statistics.median(meter.spent for meter in side) for side in (ours, tenth))
    own = statistics.median(len(meter.own()) for meter in ours)
    lookups = statistics.median(len(meter.asked) - len(meter.own()) for meter in ours)
    yield Figure(name, spent, "ms db", floor=statistics.median(floor), n=turns)
    yield Figure(f"{name}-growth", spent / of_a_tenth, "× of a tenth", n=turns)
    yield Figure(f"{name}-pages", large.pages(ours[0]), "8 KB pages", floor=small.pages(tenth[0]))
    yield Figure(f"{name}-queries", own, "queries", n=turns)
    yield Figure(f"{name}-lookups", lookups, "queries", n=turns)


def desk(row: Workspace) -> Desk:
    host = primary_host(place_of(row))
    with workspace(row):
        user = User.objects.get(email="agent@bench.test")
        rows = Conversation.objects.filter(message_count__gte=LONG).order_by("id")
        rows = rows.select_related("contact")
        threads, contacts = [(one.id, one.last_seq) for one in rows], {one.id: one.contact for one in rows}
    return Desk(row=row, client=client_of(user, host=host), user=user, threads=threads, contacts=contacts)
