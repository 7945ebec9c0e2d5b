"""A wrong setting is a sentence at start-up: what each check says, and that the settings we ship pass."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as OtherBackend

from tenants import checks


def said(found: list[Any]) -> list[tuple[str, str]]:
    return [(message.id, message.msg) for message in found]


def test_what_we_ship_passes() -> None:
    assert said([message for message in run_checks() if str(message.id).startswith("tenants.")]) == []


def test_a_database_without_walls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    other = OtherBackend({"ENGINE": "django.db.backends.postgresql", "NAME": "marque"}, "default")
    monkeypatch.setattr(connections._connections, "default", other)  # type: ignore[attr-defined]  # Django's own
    assert said(checks.check_backend()) == [
        ("tenants.E001", "DATABASES['default']['ENGINE'] must be tenants.db.")
    ]


def test_a_cache_whose_keys_name_no_place_is_refused(settings: Any) -> None:
    good = settings.CACHES["default"]
    bad = {name: value for name, value in good.items() if name != "KEY_FUNCTION"}
    settings.CACHES = {"default": good, "pages": bad, "words": {**good, "KEY_FUNCTION": "somebody.key"}}
    assert said(checks.check_cache_keys()) == [
        ("tenants.E002", "CACHES['pages'] must use KEY_FUNCTION tenants.keys.cache_key."),
        ("tenants.E002", "CACHES['words'] must use KEY_FUNCTION tenants.keys.cache_key."),
    ]


@pytest.mark.parametrize("name", ["UpdateCacheMiddleware", "FetchFromCacheMiddleware"])
def test_djangos_page_cache_is_refused(settings: Any, name: str) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"django.middleware.cache.{name}"]
    assert said(checks.check_no_page_cache()) == [
        ("tenants.E003", f"django.middleware.cache.{name} must not be used.")
    ]
