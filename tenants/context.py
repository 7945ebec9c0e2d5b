"""The first wall: one ContextVar says whose data the running code may touch.

`workspace()` and `platform()` are the only ways to set it; tenants/db turns it into a role and a path.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

PUBLIC = "public"
_SCHEMA_NAME = re.compile(r"w_[0-9a-z]{4,40}\Z")


class NoContext(Exception):
    """Code asked for data without saying whose."""


class NotAWorkspace(Exception):
    """Code that belongs to one workspace ran on the platform, or the workspace has no schema yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where data stands: a schema, the Postgres role that may read it, and the workspace it belongs to."""

    schema: str
    role: str
    workspace_id: UUID | None = None

    @property
    def is_platform(self) -> bool:
        return self.schema == PUBLIC


class HasSchema(Protocol):
    """What `workspace()` needs of a Workspace row."""

    @property
    def id(self) -> UUID: ...

    @property
    def schema(self) -> str | None: ...


PLATFORM = Place(schema=PUBLIC, role="marque_platform")

NOWHERE = Place(schema="w_nowhere", role="w_nowhere")
"""The place of a workspace whose data is in an archive: there is no such role, so a query raises."""

_current: ContextVar[Place | None] = ContextVar("marque_place", default=None)


def is_schema_name(name: str) -> bool:
    """Whether a workspace's schema and role may be called that: such a name needs no quoting anywhere."""
    return _SCHEMA_NAME.match(name) is not None


def place_of(workspace: HasSchema | Place) -> Place:
    """The place of a workspace row; raises NotAWorkspace when it has no schema of its own."""
    if isinstance(workspace, Place):
        return workspace
    if not workspace.schema or not is_schema_name(workspace.schema):
        raise NotAWorkspace(f"workspace {workspace.id} has no schema")
    return Place(schema=workspace.schema, role=workspace.schema, workspace_id=workspace.id)


@contextmanager
def entered(place: Place | None) -> Iterator[Place | None]:
    """Run in exactly this place; for the few helpers that carry a captured place elsewhere."""
    token = _current.set(place)
    try:
        yield place
    finally:
        _current.reset(token)


@contextmanager
def workspace(workspace: HasSchema | Place) -> Iterator[Place]:
    """Run in one workspace. Raises NotAWorkspace for the platform or a schemaless row."""
    place = place_of(workspace)
    if place.is_platform:
        raise NotAWorkspace("use platform() for the platform")
    with entered(place):
        yield place


@contextmanager
def platform() -> Iterator[Place]:
    """Run on the platform: the tables in `public`, no workspace's data."""
    with entered(PLATFORM):
        yield PLATFORM


def current_or_none() -> Place | None:
    return _current.get()


def current() -> Place:
    """The place the running code is in; raises NoContext when nobody said."""
    place = _current.get()
    if place is None:
        raise NoContext("no workspace entered: use tenants.context.workspace() or platform()")
    return place


def current_workspace() -> Place:
    """The workspace the running code is in; raises NotAWorkspace on the platform."""
    place = current()
    if place.is_platform:
        raise NotAWorkspace("this runs inside a workspace, not on the platform")
    return place
