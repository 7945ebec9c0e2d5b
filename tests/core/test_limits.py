"""The door to limits: everything is allowed without a backend, and a backend decides with one."""

from collections.abc import Iterator

import pytest

from core import limits
from core.limits import Decision


class Plan(limits.Unlimited):
    """Two of everything."""

    NAME = "Pair"

    def __init__(self) -> None:
        self.used: dict[str, int] = {}

    def may(self, what: str, *, amount: int) -> Decision:
        left = 2 - self.used.get(what, 0) - amount
        return Decision(
            allowed=left >= 0, left=max(left, 0), reason="" if left >= 0 else "The plan holds two."
        )

    def add(self, what: str, *, amount: int) -> None:
        self.used[what] = self.used.get(what, 0) + amount

    def release(self, what: str, *, amount: int) -> None:
        self.used[what] = self.used.get(what, 0) - amount


@pytest.fixture
def plan() -> Iterator[Plan]:
    backend = Plan()
    limits.register_backend(backend)
    yield backend
    limits.register_backend(limits.Unlimited())


def test_without_a_plan_everything_is_allowed() -> None:
    limits.add("seats", amount=1_000_000)
    limits.release("seats")
    assert limits.may("seats", amount=1_000_000) == Decision(allowed=True, left=None, reason="")


def test_a_plan_decides(plan: Plan) -> None:
    assert limits.may("seats") == Decision(allowed=True, left=1)
    limits.add("seats", amount=2)
    assert limits.may("seats") == Decision(allowed=False, left=0, reason="The plan holds two.")
    assert bool(limits.may("seats")) is False
    assert bool(limits.may("contacts")) is True


def test_what_is_given_back_is_free_again(plan: Plan) -> None:
    limits.add("seats", amount=2)
    limits.release("seats")
    assert limits.may("seats") == Decision(allowed=True, left=0)


@pytest.mark.parametrize("amount", [0, -1])
def test_bad_input_is_a_clear_error(amount: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        limits.may("seats", amount=amount)
    with pytest.raises(ValueError, match="at least 1"):
        limits.add("seats", amount=amount)
    with pytest.raises(ValueError, match="at least 1"):
        limits.release("seats", amount=amount)
