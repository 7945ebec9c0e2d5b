"""`make run` as a whole, on a copy of the tests' world: up, its addresses, and gone without a trace."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.dev import ports
from deploy.dev.ports import Ports
from deploy.dev.stack import ROOT
from deploy.dev.valkey import EmbeddedValkey
from tenants.schema.cluster import prepare
from tests.deploy.dev.conftest import alive, eventually, family
from tests.services import dsn

DATABASE = "marque_run"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Services that outlive each run: the environment that names them."""
    prepare(os.environ["TEST_SUPERUSER_DSN"], DATABASE, template=os.environ["TEST_WORLD"])
    valkey = EmbeddedValkey(tmp_path_factory.mktemp("valkey") / "data", durable=False)
    valkey.start()
    yield {
        "DATABASE_URL": dsn("marque_web", DATABASE),
        "OWNER_DATABASE_URL": dsn("marque_owner", DATABASE),
        "REDIS_URL": valkey.url,
    }
    valkey.stop()


@pytest.fixture
def running(world: dict[str, str], place: Path) -> Iterator[tuple[subprocess.Popen[str], list[str], Ports]]:
    """The supervisor once it said it is ready, what it printed until then, and its ports."""
    found = ports.five_free()
    env = os.environ | world | {"PORT": str(found.web), "MARQUE_STATE": str(place), "MARQUE_ENV": "dev"}
    command = [sys.executable, "-m", "deploy.dev.run"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        printed = []
        for line in program.stdout:
            printed.append(line)
            if "Ready." in line:
                break
        yield program, printed, found
        program.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_it_comes_up_and_leaves_nothing(
    running: tuple[subprocess.Popen[str], list[str], Ports], number: signal.Signals
) -> None:
    program, printed, found = running
    assert printed[-1] == "marque    | Ready. Ctrl-C stops everything.\n"
    assert f"http://localhost:{found.mailbox}" in "".join(printed)
    assert all(ports.accepts(port) for port in found.numbers())
    everyone = family(program.pid)
    assert len(everyone) > len(found.numbers())
    program.send_signal(number)
    said = program.communicate()[0].splitlines()
    if number != signal.SIGKILL:
        assert (program.returncode, said[-1]) == (0, "marque    | Stopped; nothing is left running.")
    assert eventually(lambda: alive(everyone) == set())
    assert [port for port in found.numbers() if ports.accepts(port)] == []
