"""One child process: started so that it cannot outlive us, stopped with patience and then without.
What is started lives next door: postgres.py, valkey.py, and the product's own processes in stack.py."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

from deploy.dev.problem import Problem, last_line
from deploy.dev.warden import Warden

BECOME = Path(__file__).with_name("become.py")
TAIL_BYTES = 4000

Sink = Path | Callable[[IO[bytes]], None]  # a file to append to, or a reader that gets a thread of its own


@cache
def warden() -> Warden:
    """The one of this program, started with its first child; it ends by our end."""
    return Warden()


@dataclass(kw_only=True)
class Child:
    """A program in a process group of its own.

    Start it from a thread that lives as long as the program: Linux sends the parent-death signal when
    the starting *thread* ends. Durations are seconds.
    """

    name: str
    command: list[str]
    sink: Sink
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    user: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 8.0
    feed: bytes = b""
    popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; its output goes to the sink."""
        user = f"{self.user[0]}:{self.user[1]}" if self.user else "-"
        become = [sys.executable, "-I", "-S", str(BECOME), str(os.getpid()), str(int(self.stop_signal)), user]
        with self._output() as output:
            self.popen = subprocess.Popen(
                become + self.command,
                stdin=subprocess.PIPE if self.feed else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self.cwd,
                start_new_session=True,  # Ctrl-C reaches the supervisor only, who stops all in order
            )
        warden().watch(self.popen.pid, number=self.stop_signal, grace=self.grace)
        if self.feed and self.popen.stdin:
            with suppress(BrokenPipeError), self.popen.stdin as stdin:
                stdin.write(self.feed)

    def _output(self) -> IO[bytes]:
        if isinstance(self.sink, Path):
            self.sink.parent.mkdir(parents=True, exist_ok=True)
            return self.sink.open("ab")
        reading, writing = os.pipe()
        threading.Thread(target=self.sink, args=[os.fdopen(reading, "rb")], daemon=True).start()
        return os.fdopen(writing, "wb")

    @property
    def pid(self) -> int:
        """The running process; raises Problem when it was never started."""
        if self.popen is None:
            raise Problem(f"{self.name} was not started.")
        return self.popen.pid

    def poll(self) -> int | None:
        """The exit code, None while it runs; a child that was never started counts as ended with 0."""
        return self.popen.poll() if self.popen else 0

    def wait(self, seconds: float) -> int:
        """The exit code of a command that ends by itself; one that takes longer is killed."""
        if self.popen is None:
            return 0
        with suppress(subprocess.TimeoutExpired):
            return self.popen.wait(seconds)
        self.kill()
        return self.popen.wait()

    def send(self, number: signal.Signals) -> None:
        """Signal the process itself, not its group: it knows best how to stop its own workers."""
        if self.popen and self.popen.poll() is None:
            self.popen.send_signal(number)

    def stop(self) -> None:
        """Ask it to stop, wait out the grace, then kill what is left of its group."""
        self.send(self.stop_signal)
        self.reap(self.grace)

    def kill(self) -> None:
        """End it and its workers at once, as a crash would."""
        self.reap(0)

    def reap(self, patience: float) -> None:
        """Wait `patience` seconds for the end that was asked for, then kill whatever remains of the group."""
        if self.popen is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(patience)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        warden().forget(self.popen.pid)

    def last_words(self) -> str:
        """The end of its log, one line, for the sentence that says it died; empty without a file."""
        if not isinstance(self.sink, Path) or not self.sink.exists():
            return ""
        with self.sink.open("rb") as log:
            log.seek(max(0, self.sink.stat().st_size - TAIL_BYTES))
            return last_line(log.read().decode(errors="replace"), otherwise="")
