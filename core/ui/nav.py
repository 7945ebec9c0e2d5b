"""The registry of places in the rail, filled by each app in AppConfig.ready(), and what one request may see.
How the rail looks stands in templates/ui/rail.html.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

Gate = Callable[[HttpRequest, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One place in the rail; `sites` are the kinds of site that have it, `may` the action it asks for."""

    key: str
    label: str
    icon: str
    url_name: str
    sites: frozenset[str] | set[str] = frozenset({"workspace"})
    order: int = 100
    count: Callable[[HttpRequest], str] | None = None
    may: str | None = None
    section: Literal["main", "settings", "new", "top"] = "main"


@dataclass(frozen=True, slots=True)
class NavLink:
    """A NavItem as one request sees it; `count` is in words, "" where there is nothing to say."""

    key: str
    label: str
    icon: str
    url: str
    count: str
    current: bool


_items: dict[str, NavItem] = {}
_gates: list[Gate] = []


def register(item: NavItem) -> None:
    """Add a place; a second item of the same key is a mistake and raises ValueError."""
    if item.key in _items and _items[item.key] != item:
        raise ValueError(f"the rail already has a place called {item.key!r}")
    _items[item.key] = item


def register_gate(gate: Gate) -> None:
    """Who may see an item with `may`: accounts registers its table of roles here. Without a gate, nobody."""
    _gates.append(gate)


def links_for(request: HttpRequest, *, site_kind: str, section: str = "main") -> list[NavLink]:
    """The places of this site that this person may open, in order."""
    found = (
        _link(item, request) for item in _sorted() if item.section == section and site_kind in item.sites
    )
    return [link for link in found if link is not None]


def tell_count(request: HttpRequest, key: str, count: str) -> None:
    """The page has counted already: the place says this, and does not ask again."""
    vars(request).setdefault("_nav_counts", {})[key] = count


def allows(request: HttpRequest, action: str) -> bool:
    """Whether this person may do something here, as the gates know."""
    return any(gate(request, action) for gate in _gates)


def _sorted() -> list[NavItem]:
    return sorted(_items.values(), key=lambda item: (item.order, item.key))


def _link(item: NavItem, request: HttpRequest) -> NavLink | None:
    if item.may is not None and not allows(request, item.may):
        return None
    try:
        url = reverse(item.url_name, urlconf=getattr(request, "urlconf", None))
    except NoReverseMatch:
        return None
    told = vars(request).get("_nav_counts", {})
    count = told[item.key] if item.key in told else item.count(request) if item.count else ""
    return NavLink(item.key, item.label, item.icon, url, count, _is_current(url, request.path))


def _is_current(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
