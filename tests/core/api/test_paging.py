"""Cursors come back as the very values they hold, and whatever was not made here is refused."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from core.accounts.models import User
from core.api.paging import BadCursor, decode_cursor, encode_cursor, keyset_page
from core.contacts.models import Contact
from tenants.context import Place

BY = ("created_at", "id")
MOMENT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def cursor_of(values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@settings(max_examples=25)
@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)), st.uuids())
def test_a_cursor_holds_its_row_to_the_microsecond(moment: datetime, id: UUID) -> None:
    cursor = encode_cursor(Contact(id=id, created_at=moment), by=BY)
    assert decode_cursor(Contact, by=BY, cursor=cursor) == (moment, id)
    assert cursor.replace("-", "").replace("_", "").isalnum()


@settings(max_examples=25)
@given(st.text(max_size=40).filter(lambda text: not set(text) & {chr(0), *map(chr, range(0xD800, 0xE000))}))
def test_so_does_one_of_words(words: str) -> None:
    row = User(name=words)
    assert decode_cursor(User, by=("name", "id"), cursor=encode_cursor(row, by=("name", "id"))) == (
        words,
        row.id,
    )


ID = "0199aaaa-0000-7000-8000-000000000000"
STRANGE = [
    "",
    "x",
    "%",
    "é",
    cursor_of("words"),
    cursor_of({"created_at": "2026-01-01"}),
    cursor_of([]),
    cursor_of(["2026-01-01T00:00:00Z"]),
    cursor_of(["2026-01-01T00:00:00Z", ID, ID]),
    cursor_of(["yesterday", ID]),
    cursor_of(["2026-13-01T00:00:00Z", ID]),
    cursor_of(["2026-01-01T00:00:00Z", "no id"]),
    cursor_of(["2026-01-01T00:00:00Z", None]),
    cursor_of([["2026-01-01"], ID]),
    cursor_of([{"a": 1}, ID]),
    base64.urlsafe_b64encode(b"[" * 100_000).decode(),
]


@pytest.mark.parametrize("cursor", STRANGE, ids=range(len(STRANGE)))
def test_bad_input_is_said(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(Contact, by=BY, cursor=cursor)


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_words_that_cannot_be_stored_never_reach_postgres(text: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(User, by=("name", "id"), cursor=cursor_of([text, ID]))


@pytest.fixture
def people(in_alice: Place) -> list[str]:
    """Seven, three of them at one moment; their names in order of time and then of id."""
    moments = [0, 1, 2, 2, 2, 3, 4]
    rows = [
        Contact(name=f"P{n}", created_at=MOMENT + timedelta(microseconds=m)) for n, m in enumerate(moments)
    ]
    Contact.objects.bulk_create(rows)
    return [row.name for row in rows]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_all_rows_come_once_and_in_order(people: list[str], size: int, descending: bool) -> None:
    seen, after, pages = [], "", 0
    while pages == 0 or after:
        page = keyset_page(Contact.objects.all(), by=BY, after=after, size=size, descending=descending)
        seen += [row.name for row in page.items]
        after, pages = page.next_cursor, pages + 1
    assert seen == (people[::-1] if descending else people)
    assert pages == -(-len(people) // size)


def test_a_row_that_came_meanwhile_shifts_nothing(people: list[str]) -> None:
    first = keyset_page(Contact.objects.all(), by=BY, size=3)
    Contact.objects.create(name="early", created_at=MOMENT - timedelta(days=1))
    Contact.objects.filter(name=people[0]).delete()
    second = keyset_page(Contact.objects.all(), by=BY, size=3, after=first.next_cursor)
    assert [row.name for row in second.items] == people[3:6]


@pytest.mark.parametrize(("descending", "sign"), [(False, ">"), (True, "<")])
def test_it_is_one_row_comparison(people: list[str], descending: bool, sign: str) -> None:
    """Written as `a > x OR (a = x AND b > y)` Postgres walks the index from its start, at any depth."""
    after = keyset_page(Contact.objects.all(), by=BY, size=1, descending=descending).next_cursor
    with CaptureQueriesContext(connection) as asked:
        keyset_page(Contact.objects.all(), by=BY, size=1, after=after, descending=descending)
    [query] = [row["sql"] for row in asked]
    where = query.partition(" WHERE ")[2].partition(" ORDER BY ")[0]
    assert where.startswith(f'("contacts_contact"."created_at", "contacts_contact"."id") {sign} (')
    assert (" OR " in where, " AND " in where, "OFFSET" in query) == (False, False, False)


def test_a_cursor_says_nothing_of_rows_that_may_not_be_seen(people: list[str]) -> None:
    """It only moves the start: what the queryset leaves out stays out."""
    rows = Contact.objects.exclude(name=people[1])
    after = keyset_page(Contact.objects.all(), by=BY, size=1).next_cursor
    assert [row.name for row in keyset_page(rows, by=BY, after=after).items] == people[2:]
