"""Strangers who read or send as slowly as they can, on real sockets: the web goes on for everybody else.

Each comes from an address of its own (127.0.0.…), which the server takes for a network.
"""

import json
import re
import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from typing import TypeVar
from uuid import uuid4

import pytest

from deploy.dev.stack import Stack
from inbox.transports.chat.allowance import PLACES
from tests.core.files.uploads import PDF
from tests.e2e.conftest import Arrive
from tests.e2e.other_site import Shop
from tests.e2e.test_chat import set_up
from tests.world import ALICE_HOST

T = TypeVar("T")
MANY = 8
"""More than the web process has threads."""
LARGE = PDF + b"x" * 8_000_000


class Stranger:
    """A visitor of the shop, with as many addresses as they like."""

    def __init__(self, *, port: int, origin: str) -> None:
        self.port, self.origin, self.token = port, origin, ""

    def headers(self, **more: str) -> dict[str, str]:
        found = {"Host": f"{ALICE_HOST}:{self.port}", "Origin": self.origin}
        found |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return found | {name.replace("_", "-"): value for name, value in more.items()}

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, of: int = 1, **headers: str
    ) -> tuple[int, bytes]:
        """Status and body, within ten seconds."""
        source = (f"127.0.0.{of}", 0)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10, source_address=source)
        try:
            connection.request(method, path, body, self.headers(**headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def come(self, key: str) -> None:
        body = json.dumps({"key": key}).encode()
        _, told = self.ask("POST", "/chat/visitors", body, Content_Type="application/json")
        self.token = json.loads(told)["token"]

    def upload(self, data: bytes, *, of: int) -> tuple[int, str]:
        """Status, and the file's address."""
        status, told = self.ask("POST", "/chat/files", data, of=of, **sending())
        return status, json.loads(told)["file"]["url"] if status == 201 else ""

    def begin(self, asked: str, *, of: int, **headers: str) -> socket.socket:
        """A connection that asks and does nothing more, and holds very little of an answer."""
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        one.settimeout(40)
        one.bind((f"127.0.0.{of}", 0))
        one.connect(("127.0.0.1", self.port))
        lines = [f"{asked} HTTP/1.1", *(f"{name}: {text}" for name, text in self.headers(**headers).items())]
        one.sendall("\r\n".join([*lines, "", ""]).encode())
        return one


def sending() -> dict[str, str]:
    kind = "application/octet-stream"
    return {"Content_Type": kind, "X_File_Name": "large.pdf", "X_File_Key": str(uuid4())}


def statuses(sockets: list[socket.socket]) -> list[int]:
    return sorted(int(one.recv(12).split()[1]) for one in sockets)


def those_answered(sockets: list[socket.socket], count: int) -> list[socket.socket]:
    """Those who hear something soon."""
    for _ in range(40):
        found = select.select(sockets, [], [], 0)[0]
        if len(found) >= count:
            break
        time.sleep(0.1)
    return found


@pytest.fixture
def stranger(arrives: Arrive, site: Stack) -> Stranger:
    shop = Shop(9)
    alice = arrives("alice", ALICE_HOST)
    alice.sign_in("alice@alice.test")
    set_up(alice.open("/settings/chat/"), shop, site)
    found = Stranger(port=site.ports.web, origin=shop.origin)
    key = re.search(r'data-key="([^"]+)"', shop.snippet)
    assert key
    found.come(key[1])
    return found


@pytest.fixture
def stuck() -> Iterator[ExitStack]:
    """Connections that end with the test."""
    with ExitStack() as found:
        yield found


def test_who_reads_nothing(stranger: Stranger, stuck: ExitStack) -> None:
    status, address = stranger.upload(LARGE, of=1)
    assert status == 201
    readers = [stuck.enter_context(stranger.begin(f"GET {address}", of=10 + n)) for n in range(MANY)]
    assert statuses(readers) == [200] * PLACES.most + [503] * (MANY - PLACES.most)
    check_a_page(stranger)
    for one in readers:
        one.close()
    assert until(lambda: stranger.ask("GET", address), status=200)[1] == LARGE


def test_who_sends_nothing(stranger: Stranger, stuck: ExitStack) -> None:
    said = {**sending(), "Content_Length": "1000000"}

    def begin(of: int) -> socket.socket:
        return stuck.enter_context(stranger.begin("POST /chat/files", of=of, **said))

    of_one_network = [begin(30) for _ in range(MANY)]
    assert statuses(those_answered(of_one_network, MANY - 1)) == [503] * (MANY - 1)
    assert stranger.upload(LARGE, of=1)[0] == 201
    more = [begin(31 + n) for n in range(MANY)]
    others = PLACES.most - 1
    assert statuses(those_answered(more, MANY - others)) == [503] * (MANY - others)
    check_a_page(stranger)
    for one in (*of_one_network, *more):
        one.close()
    until(lambda: stranger.upload(LARGE, of=2), status=201)


def check_a_page(stranger: Stranger) -> None:
    assert stranger.ask("GET", "/account/login/")[0] == 200


def until(ask: Callable[[], tuple[int, T]], *, status: int) -> tuple[int, T]:
    """Once those who held the places have hung up."""
    for _ in range(50):
        found = ask()
        if found[0] == status:
            break
        time.sleep(0.2)
    assert found[0] == status
    return found
