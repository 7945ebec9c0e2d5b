"""What the lists of workspaces and of resellers share: a row with its primary address and its brand's hue.

Which rows, and in which order, is listing.py and reseller_list.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Prefetch

from tenants.hosts.lookalikes import readable
from tenants.models import Domain, Reseller, Workspace
from tenants.sites import origin

PAGE = 50
"""Rows of a page."""
NEUTRAL_HUE = 255.0

R = TypeVar("R", Workspace, Reseller)


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """`host` is "" without a primary address; `url` is absolute, `hue` in degrees."""

    row: R
    host: str
    hue: float

    @property
    def pk(self) -> UUID:
        return self.row.id

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def url(self) -> str:
        return origin(self.host) if self.host else ""

    @property
    def readable(self) -> str:
        """Its address as people read it."""
        return readable(self.host)


def hosts(kind: str) -> "Prefetch[str]":
    """What `host_of` reads."""
    return Prefetch("domains", Domain.objects.filter(is_primary=True, kind=kind), to_attr="primary")


def host_of(row: Workspace | Reseller) -> str:
    primary: Sequence[Domain] = row.primary  # type: ignore[union-attr]  # from the prefetch above
    return primary[0].host if primary else ""
