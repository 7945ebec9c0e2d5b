"""Workspaces full of conversations for benches, made once and kept until their shape or words change.

The same seeded data as `seed_demo`, written by the same code; what is measured in them is not decided here.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from core.accounts.domain.users import create_user
from deploy.demo import bulk
from deploy.demo.bulk import Amount
from deploy.demo.business import STUDIO
from tenants.context import platform, workspace
from tenants.models import Reseller, Workspace
from tenants.provisioning import provision
from tenants.schema import stock
from tenants.schema.build import drop_schema
from tenants.schema.owner import owner_connection
from tenants.schema.template import migrations_version
from tests.bench.installation import ROOT, Installation

UNTIL = datetime(2026, 1, 5, 12, tzinfo=UTC)
SPREAD = (
    ("conversations_message", "created_at"),
    ("conversations_conversation", "created_at"),
    ("message_search_messageentry", "created_at"),
)
TEAM = ("admin", "manager", "agent")


def inbox(place: Installation, *, messages: int) -> Workspace:
    """The workspace with so many messages in a fifth as many conversations of a tenth as many contacts."""
    host = f"inbox-{messages}-{shape()}.bench.test"
    amount = Amount(
        host=host, contacts=messages // 10, messages=messages, seed=1, business=STUDIO, until=UNTIL
    )
    _drop_others(place, prefix=f"inbox-{messages}-", host=host)
    row = _workspace(host)
    with workspace(row):
        there = bulk.is_filled(amount)
        if not there:
            with _laid_later(place, row):
                bulk.fill(amount, say=lambda line: _say(f"{host}: {line}"))
    if not there:
        _settle(place, row)
    return row


def shape() -> str:
    """What the data depends on: the tables, and the code that writes and lays it."""
    digest = hashlib.sha256(migrations_version().encode() + Path(__file__).read_bytes())
    for name in ("words.py", "facts.py", "domain/indexing.py"):
        digest.update((ROOT / "inbox" / "search" / name).read_bytes())
    for path in sorted((ROOT / "deploy" / "demo").rglob("*")):
        if path.suffix in {".py", ".txt"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _workspace(host: str) -> Workspace:
    with platform():
        known = Workspace.objects.filter(domains__host=host).first()
        if known:
            return known
        reseller, _ = Reseller.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
        stock.fill(size=1)
        row = provision(reseller=reseller, name="Bench", host=host, owner_email="owner@bench.test").workspace
    with workspace(row):
        for role in TEAM:
            create_user(email=f"{role}@bench.test", name=f"{role.title()} Bench", role=role)
    return row


@contextmanager
def _laid_later(place: Installation, row: Workspace) -> Iterator[None]:
    """The index of all words is made at the end, which is many times faster than word by word."""
    with psycopg.connect(place.superuser_dsn(), autocommit=True) as conn:
        found = conn.execute(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = %s AND indexname = 'search_words'",
            [row.schema],
        ).fetchone()
        assert found is not None
        conn.execute(f'DROP INDEX "{row.schema}".search_words'.encode())
        try:
            yield
        finally:
            conn.execute("SET maintenance_work_mem = '512MB'")
            conn.execute(found[0].encode())


def _settle(place: Installation, row: Workspace) -> None:
    """Lay the rows as years of use would, and do what autovacuum does.

    The data is written one conversation after the other; in life the messages of one come between those of
    all others, and lie on as many pages.
    """
    with psycopg.connect(place.superuser_dsn(), autocommit=True) as conn:
        conn.execute(f"SET search_path = {row.schema}".encode())
        for table, column in SPREAD:
            conn.execute(f"CREATE INDEX bench_order ON {table} ({column})".encode())
            conn.execute(f"CLUSTER {table} USING bench_order".encode())
            conn.execute(b"DROP INDEX bench_order")
        tables = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [row.schema])
        for (table,) in tables.fetchall():
            conn.execute(f"VACUUM (ANALYZE, FREEZE) {table}".encode())


def _drop_others(place: Installation, *, prefix: str, host: str) -> None:
    """Remove what an older shape of the data left."""
    with platform():
        old = list(Workspace.objects.filter(domains__host__startswith=prefix).exclude(domains__host=host))
    for row in old:
        drop_workspace(place, row)


def drop_workspace(place: Installation, row: Workspace) -> None:
    """Take a bench's workspace away, rows and schema."""
    tables = ("tenants_setupstep", "tenants_workdue", "branding_brand", "tenants_domain")
    with psycopg.connect(place.superuser_dsn()) as conn:
        for table in tables:
            conn.execute(f"DELETE FROM {table} WHERE workspace_id = %s".encode(), [row.id])
        conn.execute("DELETE FROM tenants_workspace WHERE id = %s", [row.id])
    if row.schema:
        with owner_connection() as owner:
            drop_schema(owner, row.schema)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
