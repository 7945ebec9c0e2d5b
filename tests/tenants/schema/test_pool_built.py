"""The warm pool's health after a real build, which is another connection's and so cannot be rolled back."""

from typing import Any

import pytest

from tenants.schema import pool, stock

pytestmark = pytest.mark.usefixtures("committed", "redis")


def test_what_one_schema_took_is_kept(settings: Any) -> None:
    settings.SPARE_SCHEMAS = stock.level() + 1
    assert pool.fill() == 1
    found = pool.pool()
    assert (found.word, found.seconds is not None and found.seconds > 0) == ("Good", True)
