"""Whether a program does its work yet: no answer and a failing one are both no."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import create_server
from threading import Thread

import pytest

from deploy.dev import health
from deploy.dev.ports import HOST, Ports
from deploy.dev.programs import Program, programs


@contextmanager
def answering(status: int) -> Iterator[tuple[int, list[str]]]:
    """A server that answers everything so; its port, and the Host of each request."""
    hosts: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return None

    with HTTPServer((HOST, 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port, hosts
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def closed() -> int:
    """A port where nobody listens."""
    with create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def program(port: int, *, http: bool) -> Program:
    return Program(name="one", command=("true",), port=port, http=http)


@pytest.mark.parametrize(
    ("status", "ready"), [(200, True), (302, True), (404, True), (500, False), (503, False)]
)
def test_whoever_speaks_http_must_answer_without_failing(status: int, ready: bool) -> None:
    with answering(status) as (port, hosts):
        assert health.is_ready(program(port, http=True)) is ready
        assert hosts == [f"platform.localhost:{port}"]


def test_nobody_there_is_not_ready(closed: int) -> None:
    assert [health.is_ready(program(closed, http=http)) for http in (True, False)] == [False, False]


def test_another_protocol_is_enough_where_none_is_asked_for() -> None:
    with create_server((HOST, 0)) as server:
        assert health.is_ready(program(server.getsockname()[1], http=False)) is True


def test_what_has_no_port_is_ready_once_started() -> None:
    assert health.is_ready(program(0, http=False)) is True


class TestPrograms:
    def every(self) -> dict[str, Program]:
        return programs(Ports.starting_at(9000))

    def test_each_has_a_port_of_its_own(self) -> None:
        ports = {name: one.port for name, one in self.every().items() if one.port}
        assert ports == {"web": 9000, "ws": 9001, "mailbox": 9002, "mail": 9004}

    def test_only_the_builder_holds_the_owners_login(self) -> None:
        assert [name for name, one in self.every().items() if one.owner] == ["builder"]

    def test_no_two_workers_have_one_name(self) -> None:
        """Celery lets them, and then one of them hears nothing."""
        commands = [one.command for one in self.every().values() if "--hostname" in one.command]
        names = [command[command.index("--hostname") + 1] for command in commands]
        assert names == ["celery@%h", "schema@%h"]

    @pytest.mark.parametrize("name", ["web", "ws"])
    def test_what_strangers_reach_listens_at_home_only(self, name: str) -> None:
        command = self.every()[name].command
        assert command[command.index("--host") + 1] == HOST
