"""An installation for benches: its own Postgres and Valkey in .marque/bench, migrated, with Django set up.

The data outlives the run, so that a bench makes its own only once; what it makes is the bench's business.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import psycopg

from deploy.dev.binaries import wheel_bin
from deploy.dev.postgres import EmbeddedPostgres
from deploy.dev.problem import Problem
from deploy.dev.valkey import EmbeddedValkey
from tenants.schema.cluster import prepare

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".marque" / "bench"
DATABASE = "marque_bench"


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it is, and the environment its processes need."""

    state: Path
    env: Mapping[str, str]
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey

    def owner_dsn(self) -> str:
        return self.postgres.dsn("marque_owner", DATABASE)

    def superuser_dsn(self) -> str:
        return self.postgres.dsn(dbname=DATABASE)


@contextmanager
def installation() -> Iterator[Installation]:
    """Start it, migrate it, set up Django in this process; stop both servers at the end."""
    postgres, valkey = EmbeddedPostgres(STATE / "pg"), EmbeddedValkey(STATE / "valkey", durable=False)
    with postgres:
        shutil.rmtree(valkey.data, ignore_errors=True)
        valkey.start()
        try:
            env = _environment(postgres, valkey)
            _migrate(postgres, env)
            os.environ.update(env)  # settings are read from it when Django is set up
            django.setup()
            yield Installation(state=STATE, env=dict(os.environ), postgres=postgres, valkey=valkey)
        finally:
            valkey.stop()


def _environment(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "deploy.settings",
        "MARQUE_ENV": "dev",
        "DATABASE_URL": postgres.dsn("marque_web", DATABASE),
        "OWNER_DATABASE_URL": postgres.dsn("marque_owner", DATABASE),
        "REDIS_URL": valkey.url,
        "PG_DUMP": str(wheel_bin() / "pg_dump"),
        "SPARE_SCHEMAS": "0",
        "DB_POOL_MAX": "20",  # provision.py has twenty callers at once
    }


def _migrate(postgres: EmbeddedPostgres, env: Mapping[str, str]) -> None:
    with psycopg.connect(postgres.dsn(), autocommit=True) as conn:
        there = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    if not there:
        prepare(postgres.dsn(), DATABASE)
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-pool"],
        cwd=ROOT, env={**os.environ, **env}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise Problem(f"the bench database could not be migrated: {done.stdout}{done.stderr}")
