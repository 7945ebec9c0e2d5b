"""Without the owner's address a process builds nothing, and says why; the walls tell when one is down."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tenants.context import is_schema_name, platform
from tenants.schema import stock, walls
from tenants.schema.owner import NoOwner, as_owner, can_build, owner_connection
from tenants.schema.template import workspace_labels


def test_it_works() -> None:
    with owner_connection() as owner:
        assert owner.execute("SELECT current_user").fetchone() == ("marque_owner",)
    assert can_build() is True


@pytest.mark.usefixtures("db")
def test_a_web_process_cannot_build(settings: Any) -> None:
    settings.OWNER_DSN = ""
    assert can_build() is False
    with pytest.raises(NoOwner, match="OWNER_DATABASE_URL is not set for this process"), owner_connection():
        pass
    with pytest.raises(NoOwner):
        stock.fill(size=stock.level() + 1)


@pytest.mark.usefixtures("committed")
def test_django_migrates_as_the_owner_and_goes_back_to_the_web_login(settings: Any) -> None:
    def who() -> str:
        with platform(), connection.cursor() as cursor:
            cursor.execute("SELECT session_user")
            return str(cursor.fetchone()[0])

    assert who() == "marque_web"
    with as_owner():
        assert who() == "marque_owner"
        with as_owner():
            assert who() == "marque_owner"
        assert who() == "marque_owner"
    assert who() == "marque_web"
    settings.OWNER_DSN = ""
    with pytest.raises(NoOwner, match="OWNER_DATABASE_URL is not set for this process"), as_owner():
        pass


@pytest.mark.usefixtures("db")
def test_the_pool_gives_each_schema_once_and_then_none() -> None:
    waiting = stock.level()
    with platform():
        taken = [stock.claim() for _ in range(waiting)]
        assert len(set(taken)) == waiting
        assert [name for name in taken if not is_schema_name(name)] == []
        with pytest.raises(stock.NoSpare):
            stock.claim()


def test_what_stands_in_a_workspace_is_exactly_this() -> None:
    """Written out: a table that moves in or out of workspaces is seen by whoever reads the change."""
    assert sorted(workspace_labels()) == [
        "account",
        "accounts",
        "alerts",
        "api",
        "attachments",
        "bulk",
        "canned",
        "chat",
        "contacts",
        "contenttypes",
        "conversations",
        "email_transport",
        "files",
        "forms",
        "message_search",
        "notices",
        "reports",
        "saved",
        "sending",
        "sessions",
        "timeline",
    ]


@pytest.mark.usefixtures("db")
class TestWallsCommand:
    def test_it_works(self) -> None:
        out = io.StringIO()
        call_command("walls", stdout=out)
        assert [line[:4] for line in out.getvalue().splitlines()] == ["up  "] * len(walls._WALLS)

    @pytest.mark.parametrize("answer", ["SELECT false", "SELECT NULL::boolean", "SELECT true WHERE false"])
    def test_one_that_is_down_fails_it(self, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
        asked = {"The first": ("", "", "SELECT true"), "The second": ("", "", answer)}
        monkeypatch.setattr(walls, "_WALLS", asked)
        out = io.StringIO()
        with pytest.raises(CommandError, match="1 of the walls are down"):
            call_command("walls", stdout=out)
        assert out.getvalue() == "up    The first\nDOWN  The second\n"
