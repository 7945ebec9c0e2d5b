"""The door to what a workspace may use: ask `may` before an act that a plan counts, `add` it in the act.

What is kept for a time, such as a seat, is given back with `release`.

A later package registers the real backend behind it; without one all is allowed and nothing is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import TextField, Value
from django.db.models.expressions import Combinable

from tenants.models import Workspace


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is within the plan; `left` is what remains after it, None where nothing is counted."""

    allowed: bool
    left: int | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


class Backend(Protocol):
    """What stands behind the door. Limits run in the workspace, in the transaction of the act itself; what
    plans are called is asked on the platform, for a whole list at once."""

    def may(self, what: str, *, amount: int) -> Decision: ...

    def add(self, what: str, *, amount: int) -> None: ...

    def release(self, what: str, *, amount: int) -> None: ...

    def plan_names(self, rows: Sequence[Workspace]) -> dict[UUID, str]: ...

    def plan_order(self) -> Combinable: ...


class Unlimited:
    """The default: no plan, no meter."""

    NAME = "Unlimited"

    def may(self, what: str, *, amount: int) -> Decision:
        return Decision(allowed=True)

    def add(self, what: str, *, amount: int) -> None:
        return None

    def release(self, what: str, *, amount: int) -> None:
        return None

    def plan_names(self, rows: Sequence[Workspace]) -> dict[UUID, str]:
        return {row.id: self.NAME for row in rows}

    def plan_order(self) -> Combinable:
        return Value(self.NAME, output_field=TextField())


_backend: Backend = Unlimited()


def register_backend(backend: Backend) -> None:
    """Put a backend behind the door, called once at start-up."""
    global _backend  # noqa: PLW0603 - the one registration of this process
    _backend = backend


def may(what: str, *, amount: int = 1) -> Decision:
    """Whether `amount` more of `what` (such as "seats") is within the plan."""
    return _backend.may(what, amount=_positive(amount))


def add(what: str, *, amount: int = 1) -> None:
    """Count `amount` of `what` as used, in the current transaction."""
    _backend.add(what, amount=_positive(amount))


def release(what: str, *, amount: int = 1) -> None:
    """Give `amount` of `what` back, in the current transaction; for what `add` counted before."""
    _backend.release(what, amount=_positive(amount))


def plan_names(rows: Sequence[Workspace]) -> dict[UUID, str]:
    """What each workspace's plan is called, for the consoles."""
    return _backend.plan_names(rows)


def plan_order() -> Combinable:
    """The plan's name as an expression over Workspace, to sort a list by."""
    return _backend.plan_order()


def _positive(amount: int) -> int:
    if amount < 1:
        raise ValueError("an amount is at least 1")
    return amount
