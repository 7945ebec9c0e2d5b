"""Children as they are started here: their output, their end, and the end of what they started."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import psutil

from deploy.dev.process import Child
from deploy.dev.stack import ROOT
from tests.deploy.dev.conftest import alive, eventually, family

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("ready", flush=True)
time.sleep(60)
"""
PARENT = """
import sys, time
from pathlib import Path
from deploy.dev.process import Child
child = Child(name="any", command=sys.argv[2:], sink=Path(sys.argv[1]), grace=0.5)
child.start()
print(child.pid, flush=True)
if "sleep" in sys.argv:
    time.sleep(60)
"""


def test_output_and_exit_code(place: Path) -> None:
    child = Child(name="a", command=["sh", "-c", "echo one; echo two >&2; exit 3"], sink=place / "log")
    child.start()
    assert child.wait(10) == 3
    assert (place / "log").read_text() == "one\ntwo\n"
    assert child.last_words() == "two"


def test_a_reader_gets_the_lines_and_the_child_what_it_is_fed() -> None:
    lines: list[bytes] = []

    def read(stream: IO[bytes]) -> None:
        with stream:
            lines.extend(stream)

    child = Child(name="a", command=["cat"], sink=read, feed=b"fed\n")
    child.start()
    assert child.wait(10) == 0
    assert eventually(lambda: lines == [b"fed\n"])


def test_who_ignores_the_request_is_killed_with_what_it_started(place: Path) -> None:
    child = Child(name="a", command=[sys.executable, "-c", STUBBORN], sink=place / "log", grace=0.3)
    child.start()
    assert eventually(lambda: (place / "log").read_text() == "ready\n")
    everyone = family(child.pid)
    assert len(everyone) == 2
    child.stop()
    assert child.poll() == -signal.SIGKILL
    assert eventually(lambda: alive(everyone) == set())


def test_a_command_that_takes_too_long_is_killed(place: Path) -> None:
    child = Child(name="a", command=["sleep", "60"], sink=place / "log")
    child.start()
    assert child.wait(0.1) == -signal.SIGKILL


def test_a_program_that_forgot_to_stop_it_stops_it_by_ending(place: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(place / "log"), "tail", "-f", "/dev/null"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=20)
    assert done.stderr == ""
    assert eventually(lambda: alive({int(done.stdout)}) == set())


def test_it_does_not_outlive_a_killed_parent(place: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(place / "log"), "sleep", "60"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert eventually(lambda: psutil.Process(pid).name() == "sleep")
        (warden,) = family(parent.pid) - {parent.pid, pid}
        if sys.platform == "linux":
            os.kill(warden, signal.SIGKILL)  # elsewhere there is nothing but the warden
        parent.kill()
    assert eventually(lambda: alive({pid}) == set())


def test_who_ignores_the_death_of_its_parent_is_killed_with_what_it_started(place: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(place / "log"), sys.executable, "-c", STUBBORN, "sleep"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert eventually(lambda: (place / "log").read_text() == "ready\n")
        everyone = family(parent.pid)
        assert len(everyone) == 4  # it, its warden, the child, the child's child
        parent.kill()
    assert eventually(lambda: alive(everyone) == set())
    assert pid in everyone


def test_it_is_not_in_the_terminals_group(place: Path) -> None:
    child = Child(name="a", command=["sleep", "60"], sink=place / "log")
    child.start()
    assert psutil.Process(child.pid).parent() == psutil.Process()
    assert child.popen is not None
    assert [child.pid] == [pid for pid in family(child.pid) if pid != psutil.Process().pid]
    child.stop()
    assert child.poll() == -signal.SIGTERM
