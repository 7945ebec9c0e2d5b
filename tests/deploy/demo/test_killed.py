"""`make run` may be ended at any moment: a seeding that was killed is finished by the next one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tenants.schema.cluster import prepare
from tests import services

NAME = f"marque_killed_{os.getpid()}"
PEOPLE = "SELECT count(*), count(*) FILTER (WHERE password LIKE 'md5$%') FROM {}.accounts_user"


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """An installation without anybody, in a database of its own with real commits."""
    superuser = os.environ["TEST_SUPERUSER_DSN"]
    prepare(superuser, NAME, template=os.environ["TEST_WORLD"])
    with psycopg.connect(services.dsn("marque_owner", NAME)) as owner:
        owner.execute("TRUNCATE tenants_reseller, tenants_domain, accounts_user CASCADE")
    yield {
        **os.environ,
        "DATABASE_URL": services.dsn("marque_web", NAME),
        "OWNER_DATABASE_URL": services.dsn("marque_owner", NAME),
    }
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{NAME}" WITH (FORCE)'.encode())


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    root = Path(services.ROOT)
    arguments = ["seed_demo", "--if-empty", "--contacts", "400", "--messages", "2000"]
    return subprocess.Popen(
        [sys.executable, str(root / "manage.py"), *arguments],
        cwd=root, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_when(process: subprocess.Popen[str], happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happens():
        assert process.poll() is None, "it was through before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    if process.stdout:
        process.stdout.close()


def test_a_killed_run_is_finished_by_the_next(environment: dict[str, str]) -> None:
    with psycopg.connect(services.dsn("postgres", NAME), autocommit=True) as admin:

        def count(query: str) -> int:
            row = admin.execute(query.encode()).fetchone()
            return int(row[0]) if row else 0

        claimed = "SELECT count(*) FROM tenants_workspace WHERE state = 'building'"
        # The contacts are written, the messages being told: the session's last statement stays on show.
        filling = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            """ AND query LIKE 'COPY "contacts_contact"%'"""
        )
        kill_when(start(environment), lambda: count(claimed) == 1)
        kill_when(start(environment), lambda: count(filling) == 1)
        last = start(environment)
        said, _ = last.communicate(timeout=60)
        assert last.returncode == 0
        assert said.splitlines()[-1].startswith("The demo is built")

        schemas = admin.execute("SELECT schema FROM tenants_workspace ORDER BY name").fetchall()
        states = admin.execute("SELECT state, count(*) FROM tenants_workspace GROUP BY state").fetchall()
        assert states == [("active", 3)]
        for (schema,) in schemas:
            people = admin.execute(PEOPLE.format(schema).encode()).fetchone()
            rows = [
                count(f"SELECT count(*) FROM {schema}.{table}")
                for table in (
                    "contacts_contact",
                    "conversations_message",
                    "forms_leadform",
                    "sending_delivery",
                )
            ]
            assert (people, rows) == ((3, 3), [400, 2000, 1, 0])
        once = ("tenants_reseller", "tenants_staff", "branding_brand", "tenants_domain", "accounts_user")
        assert [count(f"SELECT count(*) FROM public.{table}") for table in once] == [2, 2, 5, 6, 3]
