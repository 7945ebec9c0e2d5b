"""Who composes a kind of mail, and who may object at its hand-over; filled in AppConfig.ready().

Asked by domain/handoff.py. A guard that objects gives the reason, and the delivery is skipped with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.sending.models import Delivery
from core.sending.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a delivery must not leave: `code` for programs, `reason` one short line for people."""

    code: str
    reason: str


Composer = Callable[[Delivery], Outgoing]
Guard = Callable[[Delivery], Obstacle | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail; marketing is what people can unsubscribe from."""

    compose: Composer
    marketing: bool


_kinds: dict[str, Kind] = {}
_guards: dict[str, Guard] = {}


def register_composer(kind: str, compose: Composer, *, marketing: bool = False) -> None:
    """`compose` turns a delivery of this kind into what to say; a ValueError from it fails the delivery."""
    _kinds[kind] = Kind(compose, marketing)


def register_guard(name: str, guard: Guard) -> None:
    """`guard` is asked about every delivery just before it is handed over."""
    _guards[name] = guard


def composer_of(kind: str) -> Composer:
    """The composer of a kind; raises ValueError when nobody registered one."""
    if kind not in _kinds:
        raise ValueError(f"nobody composes “{kind}”")
    return _kinds[kind].compose


def is_marketing(kind: str) -> bool:
    """Whether people can unsubscribe from a kind; an unknown one counts as marketing, to be safe."""
    return kind not in _kinds or _kinds[kind].marketing


def first_obstacle(delivery: Delivery) -> Obstacle | None:
    """The first objection to handing this delivery over now."""
    for guard in _guards.values():
        obstacle = guard(delivery)
        if obstacle is not None:
            return obstacle
    return None
