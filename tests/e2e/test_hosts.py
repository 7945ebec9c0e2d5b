"""Host spoofing against the real servers, byte by byte: only registered hosts, and only one of them."""

import socket

import pytest

from deploy.dev.stack import Stack
from tests.world import ALICE_HOST, MALLORY_HOST

SPOOFS = [
    f"X-Forwarded-Host: {MALLORY_HOST}",
    f"X_Forwarded_Host: {MALLORY_HOST}",
    f"X-Forwarded-Server: {MALLORY_HOST}",
    f"Forwarded: host={MALLORY_HOST}",
    f"X-Original-Host: {MALLORY_HOST}",
    f"Host_: {MALLORY_HOST}",
]


def ask(port: int, text: str) -> str:
    """The whole answer to a request written by hand."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(text.replace("\n", "\r\n").encode())
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
    return answer.decode(errors="replace")


def request(*headers: str, path: str = "/account/login/") -> str:
    return "\n".join([f"GET {path} HTTP/1.1", *headers, "Connection: close", "", ""])


@pytest.mark.parametrize("spoof", SPOOFS)
def test_no_header_but_host_names_the_site(site: Stack, spoof: str) -> None:
    answer = ask(site.ports.web, request(f"Host: {ALICE_HOST}", spoof))
    assert answer.startswith("HTTP/1.1 200")
    assert ("Alice" in answer, "Mallory" in answer) == (True, False)


@pytest.mark.parametrize(
    "headers",
    [
        ["Host: nobody.test"],
        [f"Host: {ALICE_HOST}."],
        [f"Host: {ALICE_HOST}@nobody.test"],
        ["Host: nobody.test", f"X-Forwarded-Host: {ALICE_HOST}"],
        ["Host: xn--alice-.test"],
        ["Host: "],
        [],
    ],
)
def test_an_unregistered_host_learns_nothing(site: Stack, headers: list[str]) -> None:
    answer = ask(site.ports.web, request(*headers))
    assert answer.split(" ")[1] in {"400", "404"}
    assert [word for word in ("Alice", "Mallory", "Rosa", "Rita", "Marque") if word in answer] == []


def test_two_hosts_never_show_the_second(site: Stack) -> None:
    answer = ask(site.ports.web, request(f"Host: {ALICE_HOST}", f"Host: {MALLORY_HOST}"))
    assert "Mallory" not in answer


def test_an_absolute_address_names_no_other_site(site: Stack) -> None:
    path = f"http://{MALLORY_HOST}/account/login/"
    answer = ask(site.ports.web, request(f"Host: {ALICE_HOST}", path=path))
    assert not ("Mallory" in answer and "Alice" in answer)
    assert "Mallory" not in answer or answer.split(" ")[1] in {"400", "404"}
