"""Where a workspace's people write for help: chosen with the brand, said where they cannot go on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from branding.archive import dump, load
from branding.models import Brand
from branding.source import tokens
from core import brand as door
from core.accounts.models import User
from tenants.context import Place, entered, platform
from tenants.models import Workspace
from tenants.sites import resolve
from tests import world
from tests.branding.conftest import SetBrand

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
EMAIL = "help@nordlicht.test"
LINK = f'Rosa&#x27;s can help: <a class="link" href="mailto:{EMAIL}">{EMAIL}</a>.'


def put(row: Workspace, state: str) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(state=state)


def shown(host: str) -> str:
    site = resolve(host)
    assert site is not None
    with entered(site.place):
        return tokens(site).support_email


def test_staff_choose_it(client_for: ClientFor, rosa: User) -> None:
    client = client_for(rosa)
    assert client.post("/settings/brand/", {"support_email": f" {EMAIL} "}).status_code == 302
    assert (shown(world.ALICE_HOST), shown(world.MALLORY_HOST), shown(world.PLATFORM_HOST)) == (EMAIL, "", "")
    assert f'value="{EMAIL}"' in client.get("/settings/brand/").content.decode()


@pytest.mark.parametrize(
    "typed", ["help", "help@", "a@b.test, c@d.test", "mailto:a@b.test", 'a"b@c.test?x=<b>']
)
def test_bad_input_is_a_clear_error(client_for: ClientFor, rosa: User, typed: str) -> None:
    answer = client_for(rosa).post("/settings/brand/", {"support_email": typed})
    told = "This does not look like an e-mail address" in answer.content.decode()
    assert (answer.status_code, told, shown(world.ALICE_HOST)) == (422, True, "")


def test_a_workspace_may_have_another(set_brand: SetBrand, alice_ws: Workspace) -> None:
    set_brand("rosa", support_email=EMAIL)
    set_brand("rosa", workspace=alice_ws, support_email="alice@nordlicht.test")
    assert (shown(world.ALICE_HOST), shown(world.ROSA_HOST)) == ("alice@nordlicht.test", EMAIL)


@pytest.mark.parametrize("state", ["suspended", "archived", "deleted"])
def test_the_notice_names_it(set_brand: SetBrand, alice_ws: Workspace, state: str) -> None:
    set_brand("rosa", support_email=EMAIL)
    put(alice_ws, state)
    page = Client(HTTP_HOST=world.ALICE_HOST).get("/")
    assert (page.status_code, LINK in page.content.decode()) == (403, True)


def test_the_past_due_banner_and_refusal_name_it(
    set_brand: SetBrand, client_for: ClientFor, alice: User, alice_ws: Workspace
) -> None:
    set_brand("rosa", support_email=EMAIL)
    client = client_for(alice)
    put(alice_ws, "past_due")
    banner = client.get("/contacts/").content.decode().split('class="read-only"')[1].split("</p>")[0]
    assert LINK in banner
    refused = client.post("/settings/team/add/", {"name": "X"})
    assert (refused.status_code, LINK in refused.content.decode()) == (403, True)


def test_without_one_the_reseller_is_named(
    set_brand: SetBrand, client_for: ClientFor, alice: User, alice_ws: Workspace
) -> None:
    client = client_for(alice)
    put(alice_ws, "past_due")
    banner = client.get("/contacts/").content.decode().split('class="read-only"')[1].split("</p>")[0]
    assert ("Rosa&#x27;s can help." in banner, "mailto:" in banner) == (True, False)


def test_nobody_elses_is_named(set_brand: SetBrand, alice_ws: Workspace) -> None:
    """Not the platform's, which no client may read of, and not another reseller's."""
    set_brand(support_email="CANARY@platform.test", footer="CANARY")
    set_brand("rita", support_email="CANARY@rita.test")
    put(alice_ws, "suspended")
    page = Client(HTTP_HOST=world.ALICE_HOST).get("/").content.decode()
    assert ("Rosa&#x27;s can help." in page, "CANARY" in page) == (True, False)


def test_its_customers_are_told_no_resellers(set_brand: SetBrand, alice_ws: Workspace) -> None:
    set_brand("rosa", support_email=EMAIL)
    site = resolve(world.ALICE_HOST)
    assert site is not None
    with entered(site.place):
        facing = door.tokens_for_customers(site)
    put(alice_ws, "suspended")
    form = Client(HTTP_HOST=world.ALICE_HOST).get("/f/contact/").content.decode()
    assert (facing.support_email, EMAIL in form) == ("", False)


@pytest.mark.parametrize("knows", [True, False])
def test_it_is_part_of_an_archive(
    on_platform: Place, set_brand: SetBrand, alice_ws: Workspace, knows: bool
) -> None:
    """Files of a release that did not know it are read as well."""
    set_brand("rosa", workspace=alice_ws, name="Alice & Co", support_email=EMAIL)
    files: dict[str, Any] = dict(dump(alice_ws))
    if not knows:
        files["brand.json"] = files["brand.json"].replace(f'"support_email": "{EMAIL}"'.encode(), b'"x": 1')
        files["brand.json"] = files["brand.json"].replace(b',\n "x": 1', b"")
    Brand.objects.all().delete()
    load(alice_ws, files)
    found = Brand.objects.get(workspace=alice_ws)
    assert (found.name, found.support_email) == ("Alice & Co", EMAIL if knows else "")
