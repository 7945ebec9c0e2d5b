"""The supervisor over real services and a real process of its own: the mailbox, which needs no database."""

import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psutil
import psycopg
import pytest

from deploy.dev import keeper
from deploy.dev.keeper import Keeper
from deploy.dev.printer import Printer
from deploy.dev.problem import Problem
from deploy.dev.stack import ROOT, Stack
from tests.deploy.dev.conftest import alive, eventually, family

NO_SERVICES = {
    "DATABASE_URL": "postgresql:///x",
    "OWNER_DATABASE_URL": "postgresql:///x",
    "REDIS_URL": "redis://x",
}
HOLD = """
import sys, time
from pathlib import Path
from deploy.dev.stack import Stack
stack = Stack(Path(sys.argv[1]), processes={"mailbox"})
stack.start()
stack.wait_ready()
print(stack.postgres.home, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def no_services_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NO_SERVICES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stack(place: Path) -> Iterator[Stack]:
    """The mailbox alone, running."""
    with Stack(place, env=NO_SERVICES, processes={"mailbox"}) as running:
        yield running


def status(stack: Stack) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.ports.mailbox}/") as answer:
        code: int = answer.status
        return code


def test_it_starts_restarts_and_leaves_nothing(stack: Stack) -> None:
    first = stack.children["mailbox"].pid
    assert status(stack) == 200
    stack.kill("mailbox")
    assert stack.ended() == {"mailbox": -signal.SIGKILL}
    stack.restart("mailbox")
    stack.wait_ready("mailbox")
    assert stack.ended() == {}
    assert status(stack) == 200
    second = stack.children["mailbox"].pid
    stack.stop()
    assert alive({first, second}) == set()


def test_services_of_the_environment_are_used_instead(stack: Stack) -> None:
    assert (stack.postgres, stack.valkey) == (None, None)
    assert {name: stack.env[name] for name in NO_SERVICES} == NO_SERVICES


def test_only_the_builder_gets_the_owners_login(stack: Stack) -> None:
    assert [name for name, program in stack.programs.items() if program.owner] == ["builder"]
    found = psutil.Process(stack.children["mailbox"].pid).environ()
    assert ("DATABASE_URL" in found, "OWNER_DATABASE_URL" in found) == (True, False)


def test_a_process_that_dies_at_once_is_one_sentence(place: Path) -> None:
    stack = Stack(place, env=NO_SERVICES, processes={"mailbox"})
    stack.env["MAILBOX_PORT"] = "none"
    with pytest.raises(Problem) as refusal, stack:
        pass
    assert str(refusal.value) == (
        "mailbox ended at once (1). marque: PORT=none is not a port: "
        "use a number from 1024 to 65531, like `make run PORT=9000`."
    )


def test_a_command_that_fails_is_one_sentence(place: Path) -> None:
    stack = Stack(place, env=NO_SERVICES | {"MARQUE_ENV": "moon"}, processes=())
    sentence = "MARQUE_ENV must be dev, test or production, not “moon”."
    for run in (stack.set_up, stack.ask):
        with pytest.raises(Problem) as refusal:
            run("check")
        assert str(refusal.value) == f"`manage.py check` failed: {sentence}"


def name_of(pid: int) -> str:
    """What a process is called, or "" once it has ended: Postgres' own come and go."""
    try:
        return psutil.Process(pid).name()
    except psutil.NoSuchProcess:
        return ""


def test_services_are_prepared_and_die_with_a_killed_supervisor(place: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(place)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        sockets = f"{supervisor.stdout.readline().strip()}/sockets"
        with psycopg.connect(host=sockets, user="marque_web", dbname="marque") as conn:
            assert conn.execute("SELECT current_user").fetchone() == ("marque_web",)
        everyone = family(supervisor.pid)
        names = {name for pid in everyone if (name := name_of(pid))}
        assert {"postgres", "valkey-server"} < names
        supervisor.kill()
    assert eventually(lambda: alive(everyone) == set())
    Stack(place, processes=()).destroy()


def test_what_dies_is_started_again_after_a_while(stack: Stack) -> None:
    output = StringIO()
    watching = Keeper(stack, Printer(output))
    stack.kill("mailbox")
    now = time.monotonic()
    watching.look(now)
    watching.look(now + 0.9)
    assert stack.ended() == {"mailbox": -signal.SIGKILL}
    watching.look(now + 1.0)
    assert stack.ended() == {}
    assert output.getvalue() == "marque    | mailbox ended by signal 9; it is started again in 1 s.\n"


def test_what_keeps_dying_stays_down_and_the_rest_up(stack: Stack) -> None:
    output = StringIO()
    watching = Keeper(stack, Printer(output))
    now = time.monotonic()
    for wait in keeper.WAITS:
        stack.kill("mailbox")
        watching.look(now)
        now += wait
        watching.look(now)
    stack.kill("mailbox")
    watching.look(now)
    watching.look(now + 1000)
    assert stack.ended() == {"mailbox": -signal.SIGKILL}
    assert output.getvalue().splitlines()[-1] == (
        "marque    | mailbox ended by signal 9 and stays down after 5 new starts; see its output."
    )


def test_who_lived_long_has_its_tries_again(stack: Stack) -> None:
    output = StringIO()
    watching = Keeper(stack, Printer(output))
    now = time.monotonic()
    for start in (now, now + 1 + keeper.CALM_SECONDS + 1):
        stack.kill("mailbox")
        watching.look(start)
        watching.look(start + keeper.WAITS[0])
    assert stack.ended() == {}
    assert output.getvalue().splitlines()[0] == output.getvalue().splitlines()[1]
