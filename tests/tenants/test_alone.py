"""A lock by name: one holder at a time, in each place its own, and free again however its holder ended."""

import pytest

from tenants.context import NoContext, workspace
from tenants.db.alone import alone
from tenants.models import Workspace

pytestmark = pytest.mark.usefixtures("db")


def is_free(row: Workspace, *name: object) -> bool:
    with workspace(row), alone(*name) as ours:
        return ours


def test_it_works(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws), alone("work", 1) as ours:
        assert ours
        others = [is_free(row, "work", number) for row in (alice_ws, mallory_ws) for number in (1, 2)]
        assert others == [False, True, True, True]
    assert is_free(alice_ws, "work", 1)


def test_an_error_lets_go_of_it(alice_ws: Workspace) -> None:
    with pytest.raises(ZeroDivisionError), workspace(alice_ws), alone("work"):
        raise ZeroDivisionError
    assert is_free(alice_ws, "work")


def test_it_needs_a_place() -> None:
    with pytest.raises(NoContext), alone("work"):
        pass
