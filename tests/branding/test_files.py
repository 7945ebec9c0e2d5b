"""A brand's files: kept for good under their hash, without a question asked, and each site's own only."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from branding.assets import monogram, stylesheet
from branding.source import tokens
from core.brand import BrandTokens
from tenants.context import platform
from tenants.models import Workspace
from tenants.sites import resolve
from tests import world
from tests.branding.conftest import SetBrand

pytestmark = pytest.mark.usefixtures("db")

Visitor = Callable[[str], Client]
FOR_GOOD = "public, max-age=31536000, immutable"
HOSTS = [world.PLATFORM_HOST, world.ROSA_HOST, world.ALICE_HOST]


def shown(host: str) -> BrandTokens:
    site = resolve(host)
    assert site is not None
    return tokens(site)


@pytest.mark.parametrize("host", HOSTS)
def test_it_works(visitor: Visitor, host: str) -> None:
    found = shown(host)
    sheet = visitor(host).get(found.css_url)
    assert sheet.content.decode() == stylesheet(found.hue, found.chroma, found.radius, found.font).body
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    icon = visitor(host).get(found.favicon_url)
    assert icon.content.decode() == monogram(found.name, found.hue, found.chroma, found.radius).body
    assert icon.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    for answer in (sheet, icon):
        assert answer.headers["Cache-Control"] == FOR_GOOD
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.usefixtures("warm")
def test_a_warm_answer_asks_no_question(
    visitor: Visitor, client_for: Callable[..., Client], alice: object
) -> None:
    client, found = visitor(world.ALICE_HOST), shown(world.ALICE_HOST)
    client.get(found.css_url)
    with CaptureQueriesContext(connection) as asked:
        client.get(found.css_url)
        client.get(found.favicon_url)
    assert [query["sql"] for query in asked] == []


def test_a_page_from_before_a_change_keeps_its_looks(visitor: Visitor, set_brand: SetBrand) -> None:
    old = shown(world.ALICE_HOST).css_url
    set_brand("rosa", hue=20.0, chroma=0.2)
    answer = visitor(world.ALICE_HOST).get(old)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert shown(world.ALICE_HOST).css_url != old


def test_a_logo(visitor: Visitor, set_brand: SetBrand) -> None:
    set_brand("rosa", logo=(300, 300))
    found = shown(world.ALICE_HOST)
    for url in (found.logo_url, found.favicon_url):
        answer = visitor(world.ALICE_HOST).get(url)
        assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
        assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/png", FOR_GOOD)


def test_other_workspace_gets_404(visitor: Visitor, set_brand: SetBrand, mallory_ws: Workspace) -> None:
    """A picture exists under its hash, and is still only served to the sites that bear it."""
    set_brand("rita", workspace=mallory_ws, logo=(300, 300))
    url = shown(world.MALLORY_HOST).logo_url
    assert visitor(world.MALLORY_HOST).get(url).status_code == 200
    for host in (*HOSTS, world.RITA_HOST):
        assert visitor(host).get(url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/brand/x.css",
        "/brand/0123456789abcdeg.css",
        "/brand/..%2fx.css",
        "/brand/" + "0" * 32 + ".png",
        "/brand/",
    ],
)
def test_bad_input_is_a_404(visitor: Visitor, path: str) -> None:
    assert visitor(world.ALICE_HOST).get(path).status_code == 404


def test_a_suspended_sites_notice_has_its_looks(visitor: Visitor, alice_ws: Workspace) -> None:
    from tenants.states import suspend

    with platform():
        suspend(alice_ws, by=Workspace.Side.PLATFORM)
    client = visitor(world.ALICE_HOST)
    assert client.get("/").status_code == 403
    assert client.get(shown(world.ALICE_HOST).css_url).status_code == 200
