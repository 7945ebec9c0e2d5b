"""Gauges are gathered with the wall between two places up, which only a committed test has."""

from collections.abc import Callable

import pytest

from core.accounts.models import User
from tenants import facts, gauges
from tenants.context import platform, workspace
from tenants.gauges import Gauge
from tenants.models import Workspace, WorkspaceFacts


def test_no_transaction_spans_two_places(
    fresh_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall that refuses it is up in a committed test; the sweep must pass it."""
    monkeypatch.setattr(gauges, "_gauges", {})
    row = fresh_workspace()
    gauges.register(Gauge(key="people", read=User.objects.count))
    with workspace(row):
        facts.gather()
    with platform():
        assert WorkspaceFacts.objects.get(workspace=row).values == {"people": 1}
