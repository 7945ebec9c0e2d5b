"""How many rows a table has, for the consoles: few are counted, for many the catalogue is asked."""

from collections.abc import Callable

import pytest

from core.contacts.models import Contact
from tenants import gauges
from tenants.context import NotAWorkspace, platform, workspace
from tenants.models import Workspace
from tenants.schema.owner import owner_connection


@pytest.fixture
def ten(fresh_workspace: Callable[[], Workspace], monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(gauges, "EXACT", 10)
    row = fresh_workspace()
    with workspace(row):
        Contact.objects.bulk_create(Contact(name=f"C{number}") for number in range(10))
    return row


def test_few_are_counted(ten: Workspace) -> None:
    with workspace(ten):
        assert gauges.rows_in(Contact) == 10
        Contact.objects.all()[0].delete()
        assert gauges.rows_in(Contact) == 9


def test_many_are_known(ten: Workspace) -> None:
    with workspace(ten):
        Contact.objects.bulk_create(Contact(name=f"D{number}") for number in range(15))
        assert gauges.rows_in(Contact) == 11  # nobody has counted the table yet
    with owner_connection() as owner:
        owner.execute(f"ANALYZE {ten.schema}.contacts_contact".encode())
    with workspace(ten):
        assert gauges.rows_in(Contact) == 25
        Contact.objects.create(name="One more")
        assert gauges.rows_in(Contact) == 25


def test_the_platform_has_none() -> None:
    with platform(), pytest.raises(NotAWorkspace):
        gauges._known_of(Contact)
