"""Nothing is counted at first: what tests that commit have left is no other test's."""

import pytest

from inbox.reports.models import Day, Fact
from tenants.context import workspace
from tenants.models import Workspace


@pytest.fixture(autouse=True)
def _nothing_counted(request: pytest.FixtureRequest) -> None:
    if "alice_ws" not in request.fixturenames:
        return
    for name in ("alice_ws", "mallory_ws"):
        row: Workspace = request.getfixturevalue(name)
        with workspace(row):
            Fact.objects.all().delete()
            Day.objects.all().delete()
