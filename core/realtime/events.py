"""The base of typed events and the register of their types.

Each app declares its own in its events.py; how one becomes an entry of the stream is in push.py next door.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

RESERVED = frozenset({"hello", "resync", "behind", "pong"})
"""Frames that the hub itself sends."""

registry: dict[str, type["Event"]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a workspace. Subclasses are frozen dataclasses and set `type`.

    Their fields travel to the browser as `d`: ids and short facts that the whole audience may see.
    """

    type: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        # dataclass(slots=True) makes the class a second time under the same name: that is not a clash
        known = registry.get(cls.type)
        if not cls.type or cls.type in RESERVED:
            raise TypeError(f"{cls.__qualname__} needs an event type of its own, not {cls.type!r}")
        if known and (known.__module__, known.__name__) != (cls.__module__, cls.__name__):
            raise TypeError(f"two events are called {cls.type!r}: {known.__name__} and {cls.__name__}")
        registry[cls.type] = cls

    def fragment(self) -> str:
        """The HTML all who may see this event can show, or "" when they refetch by themselves."""
        return ""

    def data(self) -> dict[str, object]:
        """The fields as they go to the browser, before they are made JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
