"""A command says in which place it runs, or it does not run."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tenants.context import current
from tenants.management.base import PlaceCommand, PlatformCommand, workspace_named
from tenants.models import Workspace
from tests import world

pytestmark = pytest.mark.usefixtures("db")


class Where(PlaceCommand):
    def handle(self, *args: Any, **options: Any) -> str:
        return current().schema


class WherePlatform(PlatformCommand):
    def handle(self, *args: Any, **options: Any) -> str:
        return current().schema


def test_it_runs_where_it_was_told(alice_ws: Workspace) -> None:
    assert call_command(Where(), workspace=world.ALICE_HOST) == alice_ws.schema
    assert call_command(Where(), platform=True) == "public"
    assert call_command(WherePlatform()) == "public"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "one of the arguments --workspace --platform is required"),
        (["--platform", "--workspace", world.ALICE_HOST], "not allowed with argument --platform"),
    ],
)
def test_one_place_is_named_and_no_more(given: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command(Where(), *given)


def test_a_workspace_is_known_by_host_schema_and_id(alice_ws: Workspace) -> None:
    names = (world.ALICE_HOST, str(alice_ws.schema), str(alice_ws.id), alice_ws.id.hex)
    assert [workspace_named(name) for name in names] == [alice_ws] * 4


@pytest.mark.parametrize(
    "name", ["", "nobody.test", world.ROSA_HOST, world.PLATFORM_HOST, "public", "0" * 32, "x" * 32, "-" * 36]
)
def test_any_other_name_is_one_sentence(name: str) -> None:
    with pytest.raises(CommandError) as refusal:
        workspace_named(name)
    assert str(refusal.value) == f"No workspace has the host, schema or id “{name}”."


def test_a_place_is_left_when_the_command_fails(alice_ws: Workspace) -> None:
    class Broken(Where):
        def handle(self, *args: Any, **options: Any) -> str:
            raise CommandError("no")

    with pytest.raises(CommandError, match="no"):
        call_command(Broken(), workspace=world.ALICE_HOST)
