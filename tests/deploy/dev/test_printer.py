"""Lines of several processes on one terminal."""

import io
import os

import pytest

from deploy.dev.printer import Printer


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def test_each_line_has_its_name_in_front() -> None:
    output = io.StringIO()
    printer = Printer(output)
    printer.sink("web")(io.BytesIO(b"one\r\n\xff two"))
    printer.say("Ready.")
    printer.plain("a table")
    assert output.getvalue() == "web       | one\nweb       | � two\nmarque    | Ready.\na table\n"


def test_on_a_terminal_the_names_have_colours() -> None:
    output = Terminal()
    printer = Printer(output)
    printer.sink("web")(io.BytesIO(b"one\n"))
    printer.sink("ws")(io.BytesIO(b"two\n"))
    assert output.getvalue() == "\033[36mweb       | \033[0mone\n\033[33mws        | \033[0mtwo\n"


def test_who_wants_no_colours_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output = Terminal()
    Printer(output).say("Ready.")
    assert output.getvalue() == "marque    | Ready.\n"


def test_a_reader_that_left_stops_nobody() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as closed:
        printer = Printer(closed)
        printer.say("into the void")
        printer.say("and again")
        closed.write("and by itself")
