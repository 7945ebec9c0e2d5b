"""The door to a brand: neutral without a source, remembered until it changes, kept apart by site."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core import brand
from core.ui.color import Oklch, contrast
from tenants import memory
from tenants.context import PLATFORM
from tenants.ids import uuid7
from tenants.sites import Site

ONE = Site(
    kind="workspace", host="one.test", place=PLATFORM, name="One", reseller_id=uuid7(), workspace_id=uuid7()
)
OTHER = replace(ONE, host="other.test", name="Other", workspace_id=uuid7())


@pytest.fixture(autouse=True)
def _nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """When to read anew is tests/tenants/test_facts.py."""
    monkeypatch.setattr(memory, "_read", lambda: 0)


@pytest.fixture(autouse=True)
def other_source() -> Iterator[list[str]]:
    """A source that notes whom it was asked about."""
    asked: list[str] = []
    before = brand._source

    def source(site: Site) -> brand.BrandTokens:
        asked.append(site.name)
        return replace(brand.neutral(site), tagline=f"asked {len(asked)} times")

    brand.register_source(source)
    yield asked
    brand.register_source(before)


def test_it_is_asked_once(other_source: list[str]) -> None:
    assert [brand.tokens_for(ONE).tagline for _ in range(3)] == ["asked 1 times"] * 3
    assert other_source == ["One"]


def test_sites_are_kept_apart(other_source: list[str]) -> None:
    assert [brand.tokens_for(site).name for site in (ONE, OTHER, ONE)] == ["One", "Other", "One"]
    assert other_source == ["One", "Other"]


def test_a_change_shows_at_once_where_it_was_made(other_source: list[str]) -> None:
    brand.tokens_for(ONE)
    brand.forget()
    assert brand.tokens_for(ONE).tagline == "asked 2 times"


def test_without_a_source_a_site_bears_its_own_name() -> None:
    tokens = brand.neutral(OTHER)
    assert (tokens.name, tokens.logo_url, tokens.css_url, tokens.links) == ("Other", "", "", ())
    assert contrast(Oklch(1, 0, 0), Oklch(0.475, tokens.chroma, tokens.hue)) > 4.5
