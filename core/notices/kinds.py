"""The registry of what people are told of. Each app adds its kinds in AppConfig.ready()."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from core.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Line:
    """What one notice is about: `where` it happened, its first words if any, and the page that shows it."""

    where: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One sort of happening; `says` what somebody did, such as "mentioned you"; `may` is the action whoever
    reads what it is about must be allowed.

    `describe` is asked once for all notices of the kind on a page, in a constant number of questions; one it
    leaves out is about something that is gone.
    """

    key: str
    icon: str
    says: str
    may: str
    describe: "Callable[[Sequence[Notice]], Mapping[UUID, Line]]"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; another one of the same key is a mistake and raises ValueError."""
    if kind.key in _kinds and _kinds[kind.key] != kind:
        raise ValueError(f"there is a kind of notice called {kind.key!r} already")
    _kinds[kind.key] = kind


def kind_of(key: str) -> Kind | None:
    """The kind, or None where its app is gone."""
    return _kinds.get(key)
