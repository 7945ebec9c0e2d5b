"""The embedded Postgres on real processes and real directories, as root and as an ordinary user."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from deploy.dev import binaries, places
from deploy.dev.postgres import THROWAWAY, EmbeddedPostgres
from deploy.dev.problem import Problem
from deploy.dev.stack import ROOT
from tests.deploy.dev.conftest import alive, eventually

AS_ROOT = os.geteuid() == 0
HOLD = """
import sys, time
from pathlib import Path
from deploy.dev.postgres import THROWAWAY, EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), settings=THROWAWAY)
server.start()
print(server.child.pid, server.data, sep="\\n", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """One for the whole file, with a real run's settings: to initialise it takes longer than all the rest."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("a place, with spaces é") / "postgres")
    yield server
    server.destroy()


@pytest.fixture
def postgres(shared: EmbeddedPostgres) -> Iterator[EmbeddedPostgres]:
    """Not started."""
    yield shared
    shared.stop()


@pytest.fixture
def fresh(place: Path) -> Iterator[EmbeddedPostgres]:
    """Never started before."""
    server = EmbeddedPostgres(place / "postgres", settings=THROWAWAY)
    yield server
    server.destroy()


def note(server: EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.dsn()) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        conn.execute("DELETE FROM notes")
        conn.execute("INSERT INTO notes VALUES (%s)", [text])


def notes(server: EmbeddedPostgres) -> list[tuple[str]]:
    with psycopg.connect(server.dsn()) as conn:
        return conn.execute("SELECT text FROM notes").fetchall()


def hold(wanted: Path, *before: str) -> subprocess.Popen[str]:
    """A program of its own that starts a server and waits to be killed."""
    return subprocess.Popen([*before, "-c", HOLD, str(wanted)], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def told(program: subprocess.Popen[str]) -> tuple[int, Path]:
    """The server's process id and where its data is."""
    assert program.stdout is not None
    return int(program.stdout.readline()), Path(program.stdout.readline().strip())


def kill(program: subprocess.Popen[str]) -> None:
    assert program.stdout is not None
    program.kill()
    program.wait()
    program.stdout.close()


def test_it_keeps_its_data(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    note(postgres, "kept")
    postgres.stop()
    postgres.start()
    assert notes(postgres) == [("kept",)]


def test_a_crash_loses_nothing_committed(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    note(postgres, "kept")
    postgres.kill()
    postgres.start()
    assert notes(postgres) == [("kept",)]


def test_it_listens_on_a_private_socket_only(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    assert postgres.child is not None
    listening = [
        c for c in psutil.Process(postgres.child.pid).net_connections("inet") if c.status == "LISTEN"
    ]
    assert listening == []
    assert postgres.sockets.stat().st_mode & 0o777 == 0o700


def test_the_second_of_two_is_refused(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    note(postgres, "kept")
    second = EmbeddedPostgres(postgres.wanted)
    with pytest.raises(Problem) as refusal:
        second.start()
    second.stop()
    second.destroy()
    assert notes(postgres) == [("kept",)]
    assert str(refusal.value) == (
        f"Marque is already running on {postgres.wanted} (process {os.getpid()}): "
        "stop it first, or use another checkout."
    )


def test_it_dies_with_a_killed_supervisor(postgres: EmbeddedPostgres) -> None:
    supervisor = hold(postgres.wanted, sys.executable)
    pid, data = told(supervisor)
    assert data == postgres.data
    assert alive({pid}) == {pid}
    kill(supervisor)
    assert eventually(lambda: alive({pid}) == set())
    postgres.start()


def test_a_server_left_behind_is_ended(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    note(postgres, "kept")
    assert postgres.child is not None
    command = psutil.Process(postgres.child.pid).cmdline()
    postgres.stop()
    postgres.sockets.mkdir(parents=True, exist_ok=True)
    uid = postgres.data.stat().st_uid if AS_ROOT else None
    with subprocess.Popen(command, user=uid, cwd="/", stderr=subprocess.DEVNULL) as left:
        assert eventually((postgres.sockets / ".s.PGSQL.5432").exists)
        postgres.start()
        assert left.wait() == 0
    assert notes(postgres) == [("kept",)]


def test_a_stale_pid_of_somebody_else_harms_nobody(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    postgres.start()
    assert alive({os.getpid()}) == {os.getpid()}


def test_data_of_another_version_is_one_sentence(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Problem) as refusal:
        postgres.start()
    (postgres.data / "PG_VERSION").write_text("18\n")
    assert str(refusal.value) == f"{postgres.data} holds Postgres 17 data, this is 18: `make reset`."


def test_an_interrupted_first_start_is_made_good(fresh: EmbeddedPostgres) -> None:
    half = fresh.data.with_name(f"{fresh.data.name}.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    fresh.start()
    note(fresh, "new")
    assert notes(fresh) == [("new",)]
    assert not half.exists()


def test_as_root_the_data_is_outside_and_its_server_is_nobody(postgres: EmbeddedPostgres) -> None:
    if not AS_ROOT:
        pytest.skip("only root is served elsewhere")
    postgres.start()
    assert postgres.child is not None
    assert (postgres.wanted / "WHERE").read_text() == f"{postgres.data}\n"
    assert postgres.wanted not in postgres.data.parents
    assert psutil.Process(postgres.child.pid).username() == "nobody"
    assert Path(psutil.Process(postgres.child.pid).exe()).parent == binaries.reachable_bin()


def test_as_root_who_removes_the_place_removes_the_data(postgres: EmbeddedPostgres) -> None:
    if not AS_ROOT:
        pytest.skip("only root is served elsewhere")
    postgres.start()
    note(postgres, "old")
    postgres.stop()
    (postgres.wanted / "WHERE").unlink()
    postgres.start()
    with pytest.raises(psycopg.errors.UndefinedTable):
        notes(postgres)


def as_nobody() -> list[str]:
    """How to run Python as an ordinary user who can read this checkout, when we are root."""
    packages = Path(binaries.__file__).parents[2] / ".venv" / "lib"
    paths = [str(path) for path in packages.glob("python*/site-packages")]
    drop = [
        "setpriv",
        "--reuid=nobody",
        "--regid=nogroup",
        "--clear-groups",
        "env",
        f"PYTHONPATH={':'.join(paths)}",
    ]
    for python in (sys.executable, "/usr/bin/python3"):
        found = subprocess.run(
            [*drop, python, "-c", "import psycopg, deploy.dev.postgres"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if found.returncode == 0:
            return [*drop, python]
    pytest.skip("no Python here that an ordinary user could run over this checkout")


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A place an ordinary user can reach and write to; pytest's own is closed."""
    with TemporaryDirectory(prefix="a place é ", dir="/var/tmp") as folder:
        os.chmod(folder, 0o777)
        yield Path(folder)


def test_as_ordinary_user_the_data_is_where_it_was_wanted(open_place: Path) -> None:
    wanted = open_place / "postgres"
    supervisor = hold(wanted, *(as_nobody() if AS_ROOT else [sys.executable]))
    pid, data = told(supervisor)
    owner, uid = psutil.Process(pid).username(), psutil.Process(pid).uids().real
    kill(supervisor)
    assert data == wanted
    assert (data / "PG_VERSION").read_text() == "18\n"
    assert eventually(lambda: alive({pid}) == set())
    assert owner == ("nobody" if AS_ROOT else psutil.Process().username())
    shutil.rmtree(places.BASE / f"marque-{uid}-{places.token(wanted)}")
