"""Two links of one support person followed at the same moment: inside the workspace one stay is left open."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, local

import pytest
from django.db import connections
from django.utils import timezone

from core.accounts.domain import support
from core.accounts.domain.support import open_stay
from core.accounts.models import SupportSession, User
from tenants.context import workspace
from tenants.ids import uuid7
from tenants.models import SupportAccess, Workspace


def test_the_second_ends_the_first(
    fresh_workspace: Callable[[], Workspace], rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked for open stays before either opens its own, unless one waits for the other."""
    row, both, mine, house_of = fresh_workspace(), Barrier(2), local(), support.house_of  # type: ignore[attr-defined]  # imported there, and that is what is asked

    def house_of_together(access: SupportAccess) -> str:
        mine.asked = getattr(mine, "asked", 0) + 1
        if mine.asked == 2:  # the shadow is named, and those before are closed
            with suppress(BrokenBarrierError):
                both.wait(0.5)
        return house_of(access)

    def follow(number: int) -> None:
        access = SupportAccess(
            id=uuid7(),
            workspace=row,
            user_id=rosa.id,
            reseller=row.reseller,
            person="Rosa <rosa@rosa.test>",
            reason="They cannot find it",
            expires_at=timezone.now() + timedelta(minutes=15),
        )
        try:
            with workspace(row):
                open_stay(access)
        finally:
            connections.close_all()

    follow(0)  # their shadow is there
    monkeypatch.setattr(support, "house_of", house_of_together)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(follow, range(2)))
    with workspace(row):
        assert User.everyone.filter(role="support").count() == 1
        ended = SupportSession.objects.values_list("ended_at", flat=True)
        assert sorted(moment is None for moment in ended) == [False, False, True]
