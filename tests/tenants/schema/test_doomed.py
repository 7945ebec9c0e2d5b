"""A schema that a workspace has left, or that is broken, is dropped, and never becomes a spare again."""

import pytest

from tenants.context import platform
from tenants.models import SpareSchema
from tenants.schema import stock
from tenants.schema.names import new_schema_name


@pytest.fixture(params=[stock.DOOMED, stock.BROKEN])
def lost(request: pytest.FixtureRequest, committed: None) -> str:
    """The name of such a schema, which here does not even exist any more."""
    schema = new_schema_name()
    with platform():
        SpareSchema.objects.create(schema=schema, version=request.param)
    return schema


def version_of(schema: str) -> str | None:
    with platform():
        return SpareSchema.objects.filter(schema=schema).values_list("version", flat=True).first()


def test_a_fleet_run_does_not_take_it_in_hand(lost: str) -> None:
    before = version_of(lost)
    held = stock.hold_behind()
    assert (lost in held, version_of(lost)) == (False, before)
    stock.release([*held, lost])
    assert version_of(lost) == before


def test_it_is_dropped(lost: str) -> None:
    stock.discard_outdated()
    assert version_of(lost) is None
