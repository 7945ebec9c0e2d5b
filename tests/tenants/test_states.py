"""The states of a workspace: who may leave which, when, twice is once, and each move stands in the log."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.realtime.rights import open_schemas
from tenants import audit, lifecycle, states
from tenants.context import NOWHERE, Place
from tenants.models import Domain, Workspace
from tenants.sites import resolve
from tests import world

PLATFORM, RESELLER = Workspace.Side.PLATFORM, Workspace.Side.RESELLER
ALL = ("building", "active", "past_due", "suspended", "archived", "deleted")

MOVES: dict[str, tuple[Callable[[Workspace], bool], set[str], str]] = {
    "past_due": (states.mark_past_due, {"active"}, "past_due"),
    "paid": (states.mark_paid, {"past_due"}, "active"),
    "suspend": (partial(states.suspend, by=PLATFORM), {"active", "past_due"}, "suspended"),
    "reactivate": (partial(states.reactivate, by=PLATFORM), {"suspended"}, "active"),
    "archive": (states.archive, {"active", "past_due", "suspended"}, "archived"),
    "delete": (states.delete, {"archived"}, "deleted"),
    "restore": (states.restore, {"archived", "deleted"}, "active"),
}


@pytest.mark.parametrize("state", ALL)
@pytest.mark.parametrize("verb", MOVES)
def test_each_leaves_only_what_it_may(
    on_platform: Place, alice_ws: Workspace, lines: list[audit.Act], verb: str, state: str
) -> None:
    move, leaves, to = MOVES[verb]
    long_ago = timezone.now() - timedelta(days=400)
    Workspace.objects.filter(id=alice_ws.id).update(state=state, state_since=long_ago)
    moved = move(alice_ws)
    alice_ws.refresh_from_db()
    assert moved is (state in leaves)
    assert alice_ws.state == (to if moved else state)
    assert (alice_ws.state_since != long_ago) is moved
    told = [(line.action, line.target, line.label, line.detail["from"], line.detail["to"]) for line in lines]
    wanted = (f"workspace.{verb}", str(alice_ws.id), "Alice's", state, to)
    assert told == ([wanted] if moved else [])


def test_the_dates_of_archiving_and_deleting(on_platform: Place, alice_ws: Workspace) -> None:
    assert states.archive(alice_ws)
    assert days_from_now(alice_ws) == (30, None)
    assert states.delete(alice_ws)
    assert days_from_now(alice_ws) == (30, 30)
    assert states.restore(alice_ws)
    assert days_from_now(alice_ws) == (None, None)


def days_from_now(row: Workspace) -> tuple[int | None, ...]:
    """In how many days its data is dropped and the rest of it purged."""
    now = timezone.now() - timedelta(minutes=1)
    return tuple((date - now).days if date else None for date in (row.drop_at, row.purge_at))


def test_one_without_a_schema_waits_for_the_builder(on_platform: Place, alice_ws: Workspace) -> None:
    Workspace.objects.filter(id=alice_ws.id).update(state="archived", schema=None, archive="somewhere.zip")
    assert states.restore(alice_ws)
    assert (alice_ws.state, alice_ws.archive) == ("building", "somewhere.zip")
    site = resolve(world.ALICE_HOST)
    assert site is not None
    assert (site.state, site.is_open, site.place) == ("archived", False, NOWHERE)


@pytest.mark.parametrize("left", [{}, {"schema": None}, {"schema": None, "archive": "somewhere.zip"}])
def test_one_whose_time_is_over_is_not_restored(
    on_platform: Place, alice_ws: Workspace, lines: list[audit.Act], left: dict[str, str | None]
) -> None:
    """Its purge may have been cut off half-way, and the next step of a set-up would begin it anew."""
    Workspace.objects.filter(id=alice_ws.id).update(state="deleted", purge_at=timezone.now(), **left)
    assert states.restore(alice_ws) is False
    alice_ws.refresh_from_db()
    assert (alice_ws.state, lines) == ("deleted", [])


class TestWhoSuspended:
    """Whose suspension it is, and who may lift it."""

    @pytest.mark.parametrize(
        ("by", "lifts", "opened"),
        [
            (PLATFORM, PLATFORM, True),
            (PLATFORM, RESELLER, False),
            (RESELLER, RESELLER, True),
            (RESELLER, PLATFORM, True),
            (None, PLATFORM, True),
            (None, RESELLER, False),
        ],
    )
    def test_who_may_lift_it(
        self,
        on_platform: Place,
        alice_ws: Workspace,
        by: Workspace.Side | None,
        lifts: Workspace.Side,
        opened: bool,
    ) -> None:
        """None is one that was suspended before it was noted by whom."""
        states.suspend(alice_ws, by=by or PLATFORM)
        if by is None:
            Workspace.objects.update(suspended_by="")
        if opened:
            assert states.reactivate(alice_ws, by=lifts)
        else:
            with pytest.raises(ValidationError, match=r"suspended Alice's\. Only its operators"):
                states.reactivate(alice_ws, by=lifts)
        alice_ws.refresh_from_db()
        kept = "" if opened else (by or "")
        assert (alice_ws.state, alice_ws.suspended_by) == ("active" if opened else "suspended", kept)

    def test_the_platform_takes_over(
        self, on_platform: Place, alice_ws: Workspace, lines: list[audit.Act]
    ) -> None:
        told = [states.suspend(alice_ws, by=by) for by in (RESELLER, RESELLER, PLATFORM, PLATFORM, RESELLER)]
        assert (told, alice_ws.suspended_by) == ([True, False, True, False, False], "platform")
        assert [(line.detail["from"], line.detail["suspended_by"]) for line in lines] == [
            ("active", "reseller"),
            ("suspended", "platform"),
        ]

    @pytest.mark.parametrize("by", [PLATFORM, RESELLER, None])
    @pytest.mark.parametrize("deleted", [False, True])
    def test_archiving_and_restoring_lifts_nothing(
        self, on_platform: Place, alice_ws: Workspace, by: Workspace.Side | None, deleted: bool
    ) -> None:
        states.suspend(alice_ws, by=by or PLATFORM)
        if by is None:
            Workspace.objects.update(suspended_by="")
        states.archive(alice_ws)
        if deleted:
            states.delete(alice_ws)
        assert states.restore(alice_ws)
        assert (alice_ws.state, alice_ws.suspender) == ("suspended", by or "platform")

    def test_what_was_lifted_is_forgotten(self, on_platform: Place, alice_ws: Workspace) -> None:
        """Also where a release that did not know the column has lifted it."""
        states.suspend(alice_ws, by=PLATFORM)
        Workspace.objects.filter(id=alice_ws.id).update(state="active")
        states.archive(alice_ws)
        states.restore(alice_ws)
        assert (alice_ws.state, alice_ws.suspended_by) == ("active", "")


@pytest.mark.parametrize(
    ("state", "opens", "reads_only"),
    [
        ("active", True, False),
        ("past_due", True, True),
        ("suspended", False, False),
        ("archived", False, False),
        ("deleted", False, False),
    ],
)
def test_what_each_means_at_the_door(
    on_platform: Place, alice_ws: Workspace, state: str, opens: bool, reads_only: bool
) -> None:
    Workspace.objects.filter(id=alice_ws.id).update(state=state)
    site = resolve(world.ALICE_HOST)
    assert site is not None
    assert (site.state, site.is_open, site.is_read_only) == (state, opens, reads_only)
    assert open_schemas([str(alice_ws.schema)]) == ({alice_ws.schema} if opens else set())


def test_a_suspended_reseller_closes_those_past_due_too(on_platform: Place, alice_ws: Workspace) -> None:
    states.mark_past_due(alice_ws)
    lifecycle.suspend_reseller(alice_ws.reseller)
    site = resolve(world.ALICE_HOST)
    assert site is not None
    assert (site.state, site.is_open, site.is_read_only) == ("suspended", False, False)
    assert open_schemas([str(alice_ws.schema)]) == set()


def test_one_being_built_is_not_there(on_platform: Place, alice_ws: Workspace) -> None:
    Workspace.objects.filter(id=alice_ws.id).update(state="building")
    assert resolve(world.ALICE_HOST) is None
    assert Domain.objects.filter(host=world.ALICE_HOST).exists()
