"""What the attacks share: both sides planted, a quiet Redis, the walker."""

import logging
from collections.abc import Iterator

import pytest
from redis import Redis

from core.accounts.limits_store import LimitsCache
from tenants.models import Workspace
from tests.isolation.canaries import plant_platform, plant_workspace
from tests.isolation.planted import Planted


@pytest.fixture(autouse=True)
def fresh_limits(redis: Redis) -> Iterator[None]:
    """No attack pays for what another has tried."""
    LimitsCache._away_until = 0.0
    yield
    LimitsCache._away_until = 0.0


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals are what is wanted here; their log lines are read in test_logs.py."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def ours(alice_ws: Workspace) -> Planted:
    """Rows of every model in Alice's workspace."""
    return plant_workspace(alice_ws, seed="alice")


@pytest.fixture
def theirs(mallory_ws: Workspace) -> Planted:
    """Rows of every model in Mallory's workspace."""
    return plant_workspace(mallory_ws, seed="mallory")


@pytest.fixture
def our_side(alice_ws: Workspace) -> Planted:
    """Rows of every model in `public` that belong to Rosa's."""
    return plant_platform(alice_ws, seed="rosa")


@pytest.fixture
def their_side(mallory_ws: Workspace) -> Planted:
    """Rows of every model in `public` that belong to Rita's."""
    return plant_platform(mallory_ws, seed="rita")
