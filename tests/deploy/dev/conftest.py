"""What the tests of the developer's machine share: an awkward place, a real server, a look at processes.
The product's own fixtures are in tests/conftest.py; none of these needs Django's database."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.dev.valkey import EmbeddedValkey

PATIENCE_SECONDS = 20


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory as people name them."""
    folder = tmp_path / "a place, with spaces é"
    folder.mkdir()
    return folder


@pytest.fixture
def valkey(place: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(place / "valkey")
    yield server
    server.stop()


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it becomes true within the patience."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run."""
    return {pid for pid in pids if _runs(pid)}


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family(pid: int) -> set[int]:
    """A process and everything below it."""
    return {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}
