"""What a log line holds: one event, readable by programs in production, and never what a variable held."""

import json
import subprocess
import sys

import pytest

FAILING = """
import structlog
from deploy.settings import logs
logs.configure(production={production})
log = structlog.get_logger("tests")
structlog.contextvars.bind_contextvars(schema="w_alice")
log.debug("nobody listens")
log.info("signed_in", user="alice")
def sign_in(password):
    token = "canary-" + password
    raise ValueError("refused")
try:
    sign_in("4711")
except ValueError:
    log.exception("sign_in_failed")
"""


def lines(*, production: bool) -> list[str]:
    script = FAILING.format(production=production)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_production_writes_one_json_object_a_line() -> None:
    first, second = map(json.loads, lines(production=True))
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "signed_in", "level": "info", "schema": "w_alice", "user": "alice"}
    assert (second["event"], second["level"], second["schema"]) == ("sign_in_failed", "error", "w_alice")
    assert second["exception"].splitlines()[-1] == "ValueError: refused"


@pytest.mark.parametrize("production", [True, False])
def test_a_traceback_never_shows_what_a_variable_held(production: bool) -> None:
    said = "\n".join(lines(production=production))
    assert "ValueError: refused" in said
    assert [word for word in ("canary-4711", "'4711'", "nobody listens") if word in said] == []


def test_where_no_person_reads_there_are_no_colours() -> None:
    assert "\x1b" not in "\n".join(lines(production=False))
