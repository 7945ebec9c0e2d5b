"""Resellers are opened; they and workspaces are suspended and reactivated; twice is once, half is nothing."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from core.realtime.rights import open_schemas
from tenants import lifecycle, states
from tenants.context import Place
from tenants.models import Domain, Reseller, Workspace
from tenants.sites import resolve
from tests import world


class TestReseller:
    def test_it_works(self, on_platform: Place) -> None:
        opened = lifecycle.open_reseller(name="Polar", slug="polar", host="Polar.TEST.")
        assert (opened.domain.host, opened.domain.kind, opened.domain.reseller) == (
            "polar.test",
            "reseller",
            opened.reseller,
        )
        site = resolve("polar.test")
        assert site is not None
        assert (site.kind, site.reseller_id) == ("reseller", opened.reseller.id)

    @pytest.mark.parametrize(
        ("slug", "host", "said"),
        [
            ("rosa", "polar.test", "Another reseller is already called “rosa”"),
            ("polar", world.ALICE_HOST, "“alice.test” is already in use"),
            ("polar", "nonsense", "Use a host name such as"),
        ],
    )
    def test_bad_input_leaves_nothing(self, on_platform: Place, slug: str, host: str, said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            lifecycle.open_reseller(name="Polar", slug=slug, host=host)
        assert list(Reseller.objects.values_list("slug", flat=True)) == ["rita", "rosa"]
        assert not Domain.objects.filter(host="polar.test").exists()

    def test_its_console_and_workspaces_close_with_it(self, on_platform: Place, alice_ws: Workspace) -> None:
        rosa = alice_ws.reseller
        for act, state, open_ in (
            (lifecycle.suspend_reseller, "suspended", False),
            (lifecycle.reactivate_reseller, "active", True),
        ):
            for _ in range(2):
                act(rosa)
                sites = [resolve(host) for host in (world.ROSA_HOST, world.ALICE_HOST, world.MALLORY_HOST)]
                assert [site and site.is_open for site in sites] == [open_, open_, True]
                assert open_schemas([str(alice_ws.schema)]) == ({alice_ws.schema} if open_ else set())
                rosa.refresh_from_db()
                assert rosa.state == state

    def test_what_was_suspended_by_itself_stays_so(self, on_platform: Place, alice_ws: Workspace) -> None:
        states.suspend(alice_ws, by=Workspace.Side.PLATFORM)
        lifecycle.suspend_reseller(alice_ws.reseller)
        lifecycle.reactivate_reseller(alice_ws.reseller)
        site = resolve(world.ALICE_HOST)
        assert site is not None
        assert site.is_open is False


class TestWorkspace:
    def test_it_works(self, on_platform: Place, alice_ws: Workspace) -> None:
        for act, state, open_ in (
            (states.suspend, "suspended", False),
            (states.reactivate, "active", True),
        ):
            for _ in range(2):
                act(alice_ws, by=Workspace.Side.PLATFORM)
                site = resolve(world.ALICE_HOST)
                assert site is not None
                assert (alice_ws.state, site.is_open) == (state, open_)

    def test_one_that_is_built_is_left_alone(self, on_platform: Place, alice_ws: Workspace) -> None:
        Workspace.objects.filter(id=alice_ws.id).update(state="building")
        states.reactivate(alice_ws, by=Workspace.Side.PLATFORM)
        assert alice_ws.state == "building"
        states.suspend(alice_ws, by=Workspace.Side.PLATFORM)
        assert alice_ws.state == "building"

    def test_deleting_its_row_leaves_its_data(self, on_platform: Place, alice_ws: Workspace) -> None:
        schema = alice_ws.schema
        alice_ws.delete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = %s", [schema])
            assert cursor.fetchone() == (1,)


class TestPlatformHost:
    def test_it_moves(self, on_platform: Place) -> None:
        said = io.StringIO()
        call_command("set_platform_host", "Console.Example.test", stdout=said)
        assert said.getvalue() == "The operators' console is at http://console.example.test:8000/.\n"
        site = resolve("console.example.test")
        assert (site.kind if site else "", resolve(world.PLATFORM_HOST)) == ("platform", None)
        assert Domain.objects.filter(kind="platform").count() == 1

    @pytest.mark.parametrize(
        ("host", "said"),
        [
            (world.ALICE_HOST, "“alice.test” is already in use. Choose another domain."),
            ("10.0.0.1", "Use a host name, not an address made of numbers."),
        ],
    )
    def test_bad_input_changes_nothing(self, on_platform: Place, host: str, said: str) -> None:
        with pytest.raises(CommandError) as error:
            call_command("set_platform_host", host)
        assert str(error.value) == said
        assert Domain.objects.get(kind="platform").host == world.PLATFORM_HOST
