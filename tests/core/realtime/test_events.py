"""Event types are registered once and carry their fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest

from core.realtime import events
from core.realtime.events import Event


@pytest.fixture(autouse=True)
def _clean_register() -> Iterator[None]:
    before = dict(events.registry)
    yield
    events.registry.clear()
    events.registry.update(before)


def test_it_works() -> None:
    @dataclass(frozen=True, slots=True)
    class LampLit(Event):
        type: ClassVar[str] = "lamp-lit"
        room: int

    assert events.registry["lamp-lit"] is LampLit
    assert LampLit(room=3).data() == {"room": 3}
    assert LampLit(room=3).fragment() == ""


def test_two_events_cannot_share_a_type() -> None:
    class First(Event):
        type: ClassVar[str] = "shared"

    with pytest.raises(TypeError, match="two events are called 'shared'"):

        class Second(Event):
            type: ClassVar[str] = "shared"


@pytest.mark.parametrize("name", ["", "hello", "resync", "behind", "pong"])
def test_the_hubs_own_frames_are_not_event_types(name: str) -> None:
    with pytest.raises(TypeError, match="needs an event type of its own"):
        type("Bad", (Event,), {"type": name})
