"""Pytest plugin: starts an embedded Postgres and Valkey and points every worker at a copy of one world.

It is loaded with `-p tests.services`, before Django reads its settings; the world itself is tests/world.py.
"""

import atexit
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

from deploy.dev.binaries import wheel_bin
from deploy.dev.postgres import THROWAWAY, EmbeddedPostgres
from deploy.dev.problem import Problem
from deploy.dev.process import warden
from deploy.dev.valkey import EmbeddedValkey
from tenants.schema.cluster import prepare

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".marque" / "test"
TEMPLATE_INPUTS = (
    "*/**/migrations/*.py",
    "*/migrations/*.py",
    "tenants/schema/**/*.py",
    "tenants/models/*.py",
    "tenants/provisioning.py",
    "deploy/onboarding.py",
    "deploy/settings/*.py",
    "tests/world.py",
)


def let_python_remember() -> None:
    """What was compiled is kept, whatever the environment says: a run starts some hundred processes, and each
    would compile the whole product anew."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def world_hash() -> str:
    """What the template database depends on; a change of it builds a new one."""
    digest = hashlib.sha256()
    for pattern in TEMPLATE_INPUTS:
        for path in sorted(ROOT.glob(pattern)):
            if ".venv" not in path.parts and "node_modules" not in path.parts:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def start_services() -> None:
    """Start both servers in the first free slot, so that several runs in one checkout do not meet."""
    for slot in range(12):
        postgres = EmbeddedPostgres(STATE / str(slot) / "pg", settings=THROWAWAY)
        try:
            postgres.start()
        except Problem as problem:
            if "already running" not in str(problem):
                raise
            continue
        break
    else:
        raise SystemExit("Twelve test runs are going on in this checkout already.")
    atexit.register(postgres.stop)
    valkey = EmbeddedValkey(STATE / str(slot) / "valkey")
    valkey.start()
    atexit.register(valkey.stop)
    os.environ["TEST_SUPERUSER_DSN"] = postgres.dsn()
    os.environ["TEST_PG_TEMPLATE_DSN"] = postgres.dsn("USER", "NAME")
    os.environ["TEST_REDIS_URL"] = valkey.url
    os.environ["PG_DUMP"] = str(wheel_bin() / "pg_dump")
    os.environ["TEST_STATE"] = str(STATE / str(slot))
    build_world(f"marque_world_{world_hash()}")


def dsn(user: str, name: str) -> str:
    return os.environ["TEST_PG_TEMPLATE_DSN"].replace("USER", user, 1).replace("NAME", name, 1)


def point_at(name: str, number: int) -> None:
    """Set the environment that Django's settings are made of."""
    os.environ["MARQUE_ENV"] = "test"
    os.environ["DATABASE_URL"] = dsn("marque_web", name)
    os.environ["OWNER_DATABASE_URL"] = dsn("marque_owner", name)
    os.environ["REDIS_URL"] = os.environ["TEST_REDIS_URL"].removesuffix("/0") + f"/{number}"


def build_world(name: str) -> None:
    """Build the template database unless this very world is there; remove older ones."""
    os.environ["TEST_WORLD"] = name
    with psycopg.connect(os.environ["TEST_SUPERUSER_DSN"], autocommit=True) as conn:
        rows = conn.execute("SELECT datname FROM pg_database WHERE datname LIKE 'marque\\_%'").fetchall()
        names = {row[0] for row in rows}
        for old in names - {name}:
            conn.execute(f'DROP DATABASE "{old}" WITH (FORCE)'.encode())
        if name in names:
            return
    building = f"marque_building_{os.getpid()}"
    prepare(os.environ["TEST_SUPERUSER_DSN"], building)
    point_at(building, 0)
    for command in ([str(ROOT / "manage.py"), "migrate", "--no-pool"], ["-m", "tests.world"]):
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"The test world could not be built by {command}:\n{done.stdout}\n{done.stderr}")
    with psycopg.connect(os.environ["TEST_SUPERUSER_DSN"], autocommit=True) as conn:
        conn.execute(f'ALTER DATABASE "{building}" RENAME TO "{name}"'.encode())


def copy_world() -> None:
    """A database of this process' own, copied from the world, so that the world is never changed."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = f"marque_{worker or 'alone'}"
    with psycopg.connect(os.environ["TEST_SUPERUSER_DSN"], autocommit=True) as conn:
        conn.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
    prepare(os.environ["TEST_SUPERUSER_DSN"], name, template=os.environ["TEST_WORLD"])
    files = Path(os.environ["TEST_STATE"]) / "files" / (worker or "alone")
    shutil.rmtree(files, ignore_errors=True)
    os.environ["FILES_DIR"] = str(files)
    point_at(name, int(worker.removeprefix("gw") or -1) + 1)


def dismiss_warden() -> None:
    """The last to go: what it was to end has ended, and a process that is left behind is a warning."""
    if warden.cache_info().currsize:
        process = warden()._process
        if process.stdin:
            process.stdin.close()
        process.wait()


let_python_remember()
atexit.register(dismiss_warden)
if "PYTEST_XDIST_WORKER" not in os.environ:
    start_services()
copy_world()
