"""The processes of the push bench and how to talk to them: two servers alike, and the browsers of each.

What is sent and what is concluded is in push.py next door.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from deploy.dev.ports import Ports, is_free, one_free
from deploy.dev.problem import Problem
from deploy.dev.process import Child
from deploy.dev.programs import programs

FLOOR = "tests.bench.sockets.floor:application"


@dataclass
class Server:
    """A websocket process that is measured from outside."""

    child: Child
    port: int
    process: psutil.Process = field(init=False)

    def __post_init__(self) -> None:
        self.process = psutil.Process(self.child.pid)

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def memory_kb(self) -> float:
        """What only this process holds."""
        return float(self.process.memory_full_info().uss) / 1024


@contextmanager
def websocket_server(state: Path, env: Mapping[str, str], *, floor: bool) -> Iterator[Server]:
    """Ours as `make run` starts it, or the bare application by the same command."""
    port = one_free()
    command = list(programs(Ports(port, port, port, port, port))["ws"].command)
    if floor:
        command[-1] = FLOOR
    name = "floor" if floor else "ws"
    child = Child(name=name, command=command, sink=state / f"{name}.log", env=env)
    child.start()
    try:
        wait_for(port, child)
        yield Server(child=child, port=port)
    finally:
        child.stop()


@contextmanager
def web_server(state: Path, env: Mapping[str, str]) -> Iterator[int]:
    """The product's web process as `make run` starts it; its port."""
    port = one_free()
    command = list(programs(Ports(port, port, port, port, port))["web"].command)
    child = Child(name="web", command=command, sink=state / "web.log", env=env)
    child.start()
    try:
        wait_for(port, child)
        yield port
    finally:
        child.stop()


def wait_for(port: int, child: Child) -> None:
    deadline = time.monotonic() + 30
    while is_free(port):
        if child.poll() is not None or time.monotonic() > deadline:
            raise Problem(f"{child.name} did not start: {child.last_words()}")
        time.sleep(0.05)


class Browsers:
    """The sockets of one server, in a process of their own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def do(self, act: str, **options: Any) -> Any:
        """One act of browsers.Crowd, by name; its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": act, **options}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Problem("the browsers' process ended")
        return json.loads(line)

    def connect(self, connections: list[dict[str, Any]]) -> None:
        self.do("connect", connections=connections)

    def take(self) -> dict[str, Any]:
        """What came since the last call (wire.Tally.take)."""
        taken: dict[str, Any] = self.do("take")
        return taken


@contextmanager
def browsers(env: Mapping[str, str]) -> Iterator[Browsers]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.sockets.browsers"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(env), text=True,
    )  # fmt: skip
    try:
        yield Browsers(process)
    finally:
        process.kill()
        process.wait()
