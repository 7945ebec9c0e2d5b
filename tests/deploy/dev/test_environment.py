"""What processes find in their environment."""

import os
import stat
from pathlib import Path

import pytest

from deploy.dev import environment
from deploy.dev.ports import Ports
from deploy.dev.problem import Problem

PORTS = Ports.starting_at(9000)


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*environment.DATABASE_URLS, "REDIS_URL", "PORT", "SMTP_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_all_that_follows_port_follows(place: Path) -> None:
    env = environment.compose(place, PORTS, {"PORT": "1", "WS_PORT": "2"})
    assert {name: env[name] for name in env if "PORT" in name or name == "SMTP_URL"} == {
        "PORT": "9000",
        "WS_PORT": "9001",
        "MAILBOX_PORT": "9002",
        "SINK_SMTP_PORT": "9003",
        "INBOUND_SMTP_PORT": "9004",
        "SMTP_URL": "smtp://127.0.0.1:9003",
    }


def test_what_a_person_sets_wins(place: Path) -> None:
    env = environment.compose(place, PORTS, {"SMTP_URL": "smtp://mail.test:25", "SECRET_KEY": "mine"})
    assert (env["SMTP_URL"], env["SECRET_KEY"]) == ("smtp://mail.test:25", "mine")


def test_the_secret_key_is_made_once_and_private(place: Path) -> None:
    first = environment.secret_key(place)
    assert len(first) == 64
    assert environment.secret_key(place) == first
    assert stat.S_IMODE((place / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("given", "missing"), [("DATABASE_URL", "OWNER_DATABASE_URL"), ("OWNER_DATABASE_URL", "DATABASE_URL")]
)
def test_half_a_database_is_one_sentence(given: str, missing: str) -> None:
    with pytest.raises(Problem) as refusal:
        environment.inherited({given: "postgresql:///marque"})
    assert str(refusal.value) == (
        f"{given} is set but {missing} is not: set both, or neither for the embedded Postgres."
    )


def test_makes_own_variables_stay_with_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEFLAGS", "j")
    monkeypatch.setenv("MAKELEVEL", "1")
    monkeypatch.setenv("MFLAGS", "-j")
    makes = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"}
    others = {name: value for name, value in os.environ.items() if name not in makes}
    assert environment.inherited({"A": "b"}) == others | {"A": "b"}
