"""PORT and its followers, on sockets that are really bound."""

import os
import socket
import subprocess
import sys

import pytest

from deploy.dev import ports
from deploy.dev.ports import Ports
from deploy.dev.problem import Problem
from deploy.dev.stack import ROOT


def test_four_follow_the_first() -> None:
    assert Ports.starting_at(9000) == Ports(web=9000, websocket=9001, mailbox=9002, sink=9003, inbound=9004)


@pytest.mark.parametrize("text", ["", "http", "80", "65532", "-1", "8000.5", "８０００", "²"])
def test_bad_input_is_a_clear_error(text: str) -> None:
    with pytest.raises(Problem) as refusal:
        ports.parse(text)
    assert str(refusal.value) == (
        f"PORT={text} is not a port: use a number from 1024 to 65531, like `make run PORT=9000`."
    )


def test_free_ports_are_neighbours_and_free() -> None:
    found = ports.five_free()
    assert found == Ports.starting_at(found.web)
    found.check()


def test_a_probe_that_meets_itself_has_met_nobody() -> None:
    with socket.socket() as probe:
        probe.bind((ports.HOST, 0))
        probe.connect(probe.getsockname())
        assert ports.met_itself(probe)


def test_a_listener_is_met() -> None:
    with socket.create_server((ports.HOST, 0)) as listener:
        assert ports.accepts(listener.getsockname()[1])


def test_a_port_in_use_is_one_sentence_before_anything_starts() -> None:
    found = ports.five_free()
    with socket.create_server((ports.HOST, found.mailbox)):
        done = subprocess.run(
            [sys.executable, "-m", "deploy.dev.run"], cwd=ROOT, env=os.environ | {"PORT": str(found.web)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    other = found.web + 1000 if found.web < 60000 else 8000
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"marque: port {found.mailbox} is in use, and Marque needs {found.web} to {found.inbound}: "
        f"stop what listens there, or start with other ports, like `make run PORT={other}`.\n",
    )
