"""The embedded Valkey on a real port: closed to strangers, durable, gone with its supervisor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from deploy.dev.stack import ROOT
from deploy.dev.valkey import EmbeddedValkey
from tests.deploy.dev.conftest import alive, eventually

HOLD = """
import sys, time
from pathlib import Path
from deploy.dev.valkey import EmbeddedValkey
server = EmbeddedValkey(Path(sys.argv[1]))
server.start()
print(server.child.pid, flush=True)
time.sleep(60)
"""


def test_it_keeps_what_it_took_at_the_same_address(valkey: EmbeddedValkey) -> None:
    valkey.start()
    before = valkey.url
    with redis.Redis.from_url(valkey.url) as client:
        client.set("kept", "1")
    valkey.stop()
    valkey.start()
    assert valkey.url == before
    with redis.Redis.from_url(valkey.url) as client:
        assert client.get("kept") == b"1"


def test_it_refuses_who_has_no_password(valkey: EmbeddedValkey) -> None:
    valkey.start()
    with redis.Redis(port=valkey.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_its_password_is_not_on_the_command_line(valkey: EmbeddedValkey) -> None:
    valkey.start()
    assert valkey.child is not None
    command = Path(f"/proc/{valkey.child.pid}/cmdline")
    if command.exists():
        assert valkey.url.split("@")[0].removeprefix("redis://:") not in command.read_text()


def test_it_dies_with_a_killed_supervisor(place: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(place / "valkey")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        assert alive({pid, os.getpid()}) == {pid, os.getpid()}
        supervisor.kill()
    assert eventually(lambda: alive({pid}) == set())
