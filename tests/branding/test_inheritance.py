"""Whose values a site shows: shape comes from the platform down, words and pictures from the reseller."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from branding.models import Brand, Picture
from branding.source import tokens
from core.brand import BrandTokens
from core.ui.theme import NEUTRAL_CHROMA, NEUTRAL_FONT, NEUTRAL_HUE, NEUTRAL_RADIUS
from tenants.context import Place, current, entered, workspace
from tenants.models import Workspace
from tenants.sites import resolve
from tests import world
from tests.branding.conftest import SetBrand

PLATFORM = {"name": "CANARY platform", "tagline": "CANARY words", "footer": "CANARY foot"}


def shown(host: str) -> BrandTokens:
    site = resolve(host)
    assert site is not None
    with entered(site.place):
        return tokens(site)


def shape(found: BrandTokens) -> tuple[float, float, int, str]:
    return found.hue, found.chroma, found.radius, found.font


@pytest.mark.usefixtures("db")
def test_without_brands_a_site_is_neutral_under_its_resellers_name() -> None:
    found = shown(world.ALICE_HOST)
    assert shape(found) == (NEUTRAL_HUE, NEUTRAL_CHROMA, NEUTRAL_RADIUS, NEUTRAL_FONT)
    assert (found.name, found.tagline, found.logo_url) == ("Rosa's", "", "")
    assert shown(world.PLATFORM_HOST).name == "Marque"


def test_shape_comes_down_from_the_platform(set_brand: SetBrand) -> None:
    set_brand(hue=10.0, chroma=0.2, radius=2, font="system")
    assert [shape(shown(host)) for host in (world.PLATFORM_HOST, world.ROSA_HOST, world.ALICE_HOST)] == [
        (10.0, 0.2, 2, "system")
    ] * 3


def test_words_and_pictures_of_the_platform_do_not(set_brand: SetBrand) -> None:
    """White label: a client must never read the platform's name."""
    set_brand(**PLATFORM, privacy_url="https://canary.test/", logo=(100, 100))
    assert shown(world.PLATFORM_HOST).name == "CANARY platform"
    for host in (world.ROSA_HOST, world.ALICE_HOST):
        found = shown(host)
        assert (found.name, found.tagline, found.footer) == ("Rosa's", "", "")
        assert (found.links, found.logo_url, found.favicon_url[-4:]) == ((), "", ".svg")


def test_a_reseller_gives_to_its_workspaces(set_brand: SetBrand) -> None:
    set_brand("rosa", name="Nordlicht", hue=20.0, chroma=0.1, tagline="Calm.", terms_url="https://n.test/t")
    for host in (world.ROSA_HOST, world.ALICE_HOST):
        found = shown(host)
        assert (found.name, found.hue, found.tagline) == ("Nordlicht", 20.0, "Calm.")
        assert [(link.label, link.url) for link in found.links] == [("Terms", "https://n.test/t")]
    assert shown(world.MALLORY_HOST).name == "Rita's"
    assert shown(world.MALLORY_HOST).hue == NEUTRAL_HUE


def test_a_workspace_keeps_what_it_does_not_choose(set_brand: SetBrand, alice_ws: Workspace) -> None:
    set_brand("rosa", name="Nordlicht", hue=20.0, chroma=0.1, radius=4, tagline="Calm.")
    set_brand("rosa", workspace=alice_ws, name="Alice & Co", radius=12)
    found = shown(world.ALICE_HOST)
    assert (found.name, found.tagline, shape(found)[:3]) == ("Alice & Co", "Calm.", (20.0, 0.1, 12))
    assert shown(world.ROSA_HOST).name == "Nordlicht"


def test_zero_is_a_choice(set_brand: SetBrand, alice_ws: Workspace) -> None:
    set_brand("rosa", hue=20.0, chroma=0.1, radius=12)
    set_brand("rosa", workspace=alice_ws, hue=0.0, chroma=0.0, radius=0)
    assert shape(shown(world.ALICE_HOST))[:3] == (0.0, 0.0, 0)


def test_an_own_logo_is_not_shown_beside_anothers_icon(set_brand: SetBrand, alice_ws: Workspace) -> None:
    set_brand("rosa", logo=(100, 100))
    assert shown(world.ALICE_HOST).favicon_url.endswith(".png")
    set_brand("rosa", workspace=alice_ws, logo=(400, 100))
    found = shown(world.ALICE_HOST)
    assert found.logo_url != shown(world.ROSA_HOST).logo_url
    assert found.favicon_url.endswith(".svg")


def test_a_new_logo_replaces_the_old_one(set_brand: SetBrand, on_platform: Place) -> None:
    set_brand("rosa", logo=(100, 100))
    brand = set_brand("rosa", logo=(400, 100))
    assert list(Picture.objects.values_list("id", flat=True)) == [brand.logo_id]
    assert brand.icon_id is None


def test_one_question_however_deep(set_brand: SetBrand, alice_ws: Workspace) -> None:
    set_brand(hue=10.0, chroma=0.2)
    set_brand("rosa", name="Nordlicht")
    set_brand("rosa", workspace=alice_ws, name="Alice & Co")
    site = resolve(world.ALICE_HOST)
    assert site
    with workspace(alice_ws), CaptureQueriesContext(connection) as asked:
        tokens(site)
        assert current().schema == alice_ws.schema
    assert len([query for query in asked if "branding_brand" in query["sql"]]) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"hue": 361.0, "chroma": 0.1},
        {"hue": float("nan"), "chroma": 0.1},
        {"hue": 20.0, "chroma": 0.3},
        {"hue": 20.0, "chroma": None},
        {"radius": 25},
        {"font": "Comic Sans"},
    ],
)
def test_the_database_says_no(on_platform: Place, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Brand.objects.create(**values)


def test_nobody_has_two_brands(set_brand: SetBrand, on_platform: Place) -> None:
    brand = set_brand("rosa", name="One")
    with pytest.raises(IntegrityError), transaction.atomic():
        Brand.objects.create(reseller=brand.reseller, name="Two")
