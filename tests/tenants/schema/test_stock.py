"""Spares around a release: those that a fleet run has in hand, or a newer release, are not ours to take."""

import pytest

from tenants.context import platform
from tenants.models import SpareSchema
from tenants.schema import stock
from tenants.schema.template import current_template
from tests.tenants.schema.fleet.runs import run
from tests.tenants.schema.release import next_release, released

pytestmark = pytest.mark.usefixtures("own_database")


def spares() -> list[str]:
    with platform():
        return list(SpareSchema.objects.order_by("schema").values_list("schema", flat=True))


def test_what_a_run_has_in_hand_is_nobody_elses() -> None:
    there = spares()
    with released(next_release()):
        assert stock.hold_behind() == there
        stock.discard_outdated()
    with platform(), pytest.raises(stock.NoSpare):
        stock.claim()
    stock.discard_outdated()
    assert spares() == there
    with released(next_release()):
        run()  # one that was killed left them so
        assert (stock.level(), spares()) == (len(there), there)


def test_those_of_a_newer_release_are_left_alone() -> None:
    """A builder of the release before still runs while the fleet is migrated."""
    there = spares()
    with released(next_release()):
        run()
    stock.discard_outdated()
    assert (stock.level(), spares()) == (0, there)


def test_those_of_an_older_release_go() -> None:
    """Only one that was built here: the roles of the world's own serve other databases of the cluster too."""
    built = stock.build_spare(current_template())
    with platform():
        SpareSchema.objects.exclude(schema=built).delete()
    with released(next_release()):
        stock.discard_outdated()
    assert spares() == []
