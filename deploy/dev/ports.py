"""The five ports a running Marque needs, counted from one: all of them move when PORT moves.
Which process listens on which is written down next door in programs.py."""

import secrets
import socket
from dataclasses import dataclass, fields

from deploy.dev.problem import Problem

HOST = "127.0.0.1"
TRIES = 50
QUIET = range(20_000, 32_000)  # below what the kernel hands out: a stopped server finds its port free again


@dataclass(frozen=True)
class Ports:
    """PORT and its four followers."""

    web: int
    websocket: int
    mailbox: int
    sink: int
    inbound: int

    @classmethod
    def starting_at(cls, base: int) -> "Ports":
        """Count them up from `base`."""
        return cls(*range(base, base + len(fields(cls))))

    def numbers(self) -> list[int]:
        """All five, lowest first."""
        return [getattr(self, field.name) for field in fields(self)]

    def check(self) -> None:
        """Raise Problem, naming the port and how to move it, when one of them is in use."""
        for number in self.numbers():
            if not is_free(number):
                first, last = self.numbers()[0], self.numbers()[-1]
                other = first + 1000 if first < 60000 else 8000
                raise Problem(
                    f"port {number} is in use, and Marque needs {first} to {last}: "
                    f"stop what listens there, or start with other ports, like `make run PORT={other}`."
                )


def is_free(number: int) -> bool:
    """Whether we could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, number))
        except OSError:
            return False
    return True


def accepts(number: int) -> bool:
    """Whether something listens there now."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, number)) == 0 and not met_itself(probe)


def met_itself(probe: socket.socket) -> bool:
    """Asked often enough, the kernel gives a probe that very port and connects it to itself."""
    return bool(probe.getsockname() == probe.getpeername())


def parse(text: str) -> int:
    """PORT as people write it. Raises Problem on anything that leaves no room for five ports."""
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65531:
        raise Problem(
            f"PORT={text} is not a port: use a number from 1024 to 65531, like `make run PORT=9000`."
        )
    return int(text)


def one_free() -> int:
    """A port nobody uses at this moment."""
    return _neighbours(1)[0]


def five_free() -> Ports:
    """Five neighbouring ports nobody uses at this moment."""
    return Ports.starting_at(_neighbours(len(fields(Ports)))[0])


def _neighbours(count: int) -> list[int]:
    for _ in range(TRIES):
        base = secrets.choice(QUIET)
        numbers = list(range(base, base + count))
        if all(is_free(number) for number in numbers):
            return numbers
    raise Problem(f"no {count} free neighbouring ports were found on this machine.")
