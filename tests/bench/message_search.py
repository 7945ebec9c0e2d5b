"""Searching all messages ever written: the database's part of the whole request, beside hand-written SQL.

The real view answers a signed-in teammate for a rare word, for one of the most common ones and for the
beginning of a word; the floor asks for the same rows with the index, in the better of the two ways there
are. The data is inboxes.py next door.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from inbox.search.queries import SIZE
from tenants.context import workspace
from tests.bench.inboxes import inbox
from tests.bench.installation import Installation
from tests.bench.registry import Figure, Size, bench
from tests.bench.thread import PERSON, SESSION, Desk, Meter, desk

WARM = 5
SHOWN = """
SELECT m.id, m.seq, m.direction, m.body_text, m.quoted_text, m.created_at, c.*, p.*, u.id, u.name, u.email
FROM found f
JOIN conversations_message m ON m.id = f.message_id
JOIN conversations_conversation c ON c.id = m.conversation_id
JOIN contacts_contact p ON p.id = c.contact_id
LEFT JOIN accounts_user u ON u.id = m.author_id
ORDER BY f.created_at DESC, f.message_id DESC
"""
NEWEST = "ORDER BY created_at DESC, message_id DESC LIMIT %s"
WALKED = f"""
WITH found AS MATERIALIZED (
    SELECT created_at, message_id FROM message_search_messageentry WHERE words @@ %s::tsquery {NEWEST}
) {SHOWN}"""
GATHERED = f"""
WITH fits AS MATERIALIZED (
    SELECT created_at, message_id FROM message_search_messageentry WHERE words @@ %s::tsquery
), found AS MATERIALIZED (SELECT created_at, message_id FROM fits {NEWEST}) {SHOWN}"""
COMMON = """
SELECT word FROM (
    SELECT unnest(most_common_elems::text::text[]) word, unnest(most_common_elem_freqs) share
    FROM pg_stats WHERE schemaname = %s AND tablename = 'message_search_messageentry' AND attname = 'words'
) words WHERE word ~ '^[a-z]{4,}$' ORDER BY share DESC
"""
SEEN_ONCE = """
SELECT word FROM ts_stat($$
    SELECT words FROM message_search_messageentry TABLESAMPLE SYSTEM (1) REPEATABLE (1)
$$) WHERE ndoc = 1 AND word ~ '^[a-z]{4,}$' ORDER BY word LIMIT 300
"""
HOW_OFTEN = "SELECT count(*) FROM message_search_messageentry WHERE words @@ %s::tsquery"
RARE = range(1, 200)


@dataclass(frozen=True)
class Kind:
    """Searches of one kind: what is typed, and the same for Postgres; `walks` in the floor, or gathers."""

    typed: Sequence[str]
    asked: Sequence[str]
    walks: bool


def _search(who: Desk, kind: Kind, number: int) -> Meter:
    """Ask for the list as htmx would."""
    typed = kind.typed[number % len(kind.typed)]
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#inbox-list"}
    meter = Meter()
    with connection.execute_wrapper(meter):
        answer = who.client.get("/inbox/search/", {"q": typed}, headers=headers)
    assert answer.status_code == 200, answer.status_code
    assert b'id="search-hits"' in answer.content, typed
    return meter


def _by_hand(who: Desk, kind: Kind, number: int) -> float:
    """The same rows by SQL on the connection Django uses, in ms."""
    key = who.client.cookies[settings.SESSION_COOKIE_NAME].value
    asked = [kind.asked[number % len(kind.asked)], SIZE + 1]
    statements: list[tuple[str, list[Any]]] = [
        (SESSION, [key]),
        (PERSON, [who.user.id]),
        (WALKED if kind.walks else GATHERED, asked),
    ]
    spent = 0.0
    with workspace(who.row), connection.cursor():
        raw = connection.connection
        assert raw is not None
        with raw.cursor() as cursor:
            for sql, params in statements:
                started = perf_counter()
                cursor.execute(sql, params)
                cursor.fetchall()
                spent += (perf_counter() - started) * 1000
    return spent


@bench("message-search")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """1,000,000 messages in 200,000 conversations, and a tenth of it to see it grow."""
    messages, turns = size.pick(1_000_000, 50_000), size.pick(200, 40)
    large, small = (desk(inbox(place, messages=count)) for count in (messages, messages // 10))
    kinds, of_small = _kinds(place, large), _kinds(place, small)
    for name, kind in kinds.items():
        for number in range(WARM):
            _search(large, kind, number)
            _search(small, of_small[name], number)
        ours, floor, tenth = [], [], []
        for number in range(turns):
            ours.append(_search(large, kind, number))
            floor.append(_by_hand(large, kind, number))
            tenth.append(_search(small, of_small[name], number))
        spent, of_a_tenth = (statistics.median(meter.spent for meter in side) for side in (ours, tenth))
        slow = statistics.quantiles((meter.spent for meter in ours), n=20)[-1]
        yield Figure(name, spent, "ms db", floor=statistics.median(floor), n=turns)
        yield Figure(f"{name}-p95", slow, "ms db", n=turns)
        yield Figure(f"{name}-growth", spent / of_a_tenth, "× of a tenth", n=turns)
        yield Figure(f"{name}-queries", statistics.median(len(m.asked) for m in ours), "queries", n=turns)


def _kinds(place: Installation, who: Desk) -> dict[str, Kind]:
    """Words as often as their kind says, from the statistics and a sample of the data itself."""
    with psycopg.connect(place.superuser_dsn()) as conn:
        conn.execute(f'SET search_path = "{who.row.schema}"'.encode())
        common = [word for (word,) in conn.execute(COMMON, [who.row.schema])]
        sampled = [word for (word,) in conn.execute(SEEN_ONCE)]
        rare = [word for word in sampled if _count(conn, word) in RARE][:20]
    assert rare, "no word of the sample is rare"
    begun = [word[:4] for word in common[100:140]]
    return {
        "rare": Kind([f'"{word}"' for word in rare], [f"'{word}'" for word in rare], walks=False),
        "common": Kind(
            [f'"{word}"' for word in common[:10]], [f"'{word}'" for word in common[:10]], walks=True
        ),
        "prefix": Kind(begun, [f"'{word}':*" for word in begun], walks=True),
    }


def _count(conn: psycopg.Connection, word: str) -> int:
    row = conn.execute(HOW_OFTEN, [f"'{word}'"]).fetchone()
    return int(row[0]) if row else 0
