"""The warm pool's health: a word that is true, what a failing builder says, and how it is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from tenants.context import platform
from tenants.models import SpareSchema
from tenants.schema import pool, stock
from tenants.schema.owner import NoOwner
from tenants.schema.template import migrations_version

pytestmark = pytest.mark.usefixtures("db", "redis")


def only_spares(*versions: str) -> None:
    with platform():
        SpareSchema.objects.all().delete()
        for number, version in enumerate(versions):
            SpareSchema.objects.create(schema=f"w_spare{number}", version=version)


def test_it_counts_each_sort(settings: Any) -> None:
    settings.SPARE_SCHEMAS = 2
    now = migrations_version()
    only_spares(now, now, "an older one", stock.UNFINISHED)
    found = pool.pool()
    assert (found.ready, found.wanted, found.building, found.outdated, found.word) == (2, 2, 1, 1, "Good")


@pytest.mark.parametrize(
    ("ready", "word", "level"), [(3, "Good", "success"), (1, "Filling", "info"), (0, "Empty", "warning")]
)
def test_its_word(settings: Any, ready: int, word: str, level: str) -> None:
    settings.SPARE_SCHEMAS = 3
    only_spares(*[migrations_version()] * ready)
    found = pool.pool()
    assert (found.word, found.level) == (word, level)


def test_a_failing_builder_says_why_until_it_works_again(settings: Any) -> None:
    owner = settings.OWNER_DSN
    settings.SPARE_SCHEMAS, settings.OWNER_DSN = stock.level() + 1, ""
    with pytest.raises(NoOwner):
        pool.fill()
    found = pool.pool()
    assert (found.word, found.level) == ("Failing", "error")
    assert found.error == "NoOwner: OWNER_DATABASE_URL is not set for this process"
    assert found.failed_at is not None
    assert timezone.now() - found.failed_at < timedelta(minutes=1)
    settings.SPARE_SCHEMAS, settings.OWNER_DSN = stock.level(), owner
    assert pool.fill() == 0
    assert (pool.pool().word, pool.pool().error) == ("Good", "")


def test_operators_read_it(client_for: Callable[..., Client], olga: User, settings: Any) -> None:
    settings.SPARE_SCHEMAS, settings.OWNER_DSN = stock.level() + 1, ""
    with pytest.raises(NoOwner):
        pool.fill()
    text = client_for(olga).get("/system/").content.decode()
    assert "Failing" in text
    assert "NoOwner: OWNER_DATABASE_URL is not set for this process" in text


def test_what_was_noted_may_be_lost(redis: Redis) -> None:
    found = pool.pool()
    assert (found.seconds, found.error, found.failed_at) == (None, "", None)
