"""Filling Alice's workspace, and an installation that nobody has begun."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from deploy.demo import bulk
from deploy.demo.bulk import Amount
from deploy.demo.business import STUDIO
from tenants.context import Place
from tests import world

UNTIL = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

Fill = Callable[..., Amount]


@pytest.fixture
def fill(in_alice: Place) -> Fill:
    """Fill Alice's workspace, in which the test then is."""

    def filled(*, contacts: int = 60, messages: int = 400, seed: int = 1) -> Amount:
        amount = Amount(
            host=world.ALICE_HOST,
            contacts=contacts,
            messages=messages,
            seed=seed,
            business=STUDIO,
            until=UNTIL,
        )
        bulk.fill(amount, say=lambda line: None)
        return amount

    return filled
