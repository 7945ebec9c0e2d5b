"""Fixtures of the tests of the ground."""

from collections.abc import Iterator

import pytest

from tenants import audit


@pytest.fixture
def lines() -> Iterator[list[audit.Act]]:
    """What is written into the log."""
    found: list[audit.Act] = []
    before = list(audit._recorders)
    audit.register_recorder(found.append)
    yield found
    audit._recorders[:] = before
