"""Who is behind this release: few questions to `public`, and no more of them for more workspaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from tenants.context import platform
from tenants.models import Domain, Workspace
from tenants.schema import stock
from tenants.schema.fleet.crew import Target
from tenants.schema.template import migrations_version


class UnknownHost(Exception):
    """A workspace was named by a host that none has."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How many workspaces have a schema, and how many of these and of the spares are behind."""

    workspaces: int
    behind: int
    spares: int

    @property
    def schemas(self) -> int:
        return self.behind + self.spares


def lag() -> Lag:
    """Two questions."""
    with platform():
        counted = Workspace.objects.filter(schema__isnull=False).aggregate(
            workspaces=Count("id"), behind=Count("id", filter=~Q(migrated_to=migrations_version()))
        )
        return Lag(**counted, spares=stock.behind().count())


def workspaces_behind(*, among: Sequence[UUID] | None = None) -> list[Target]:
    """All that are behind, or those among these; oldest first."""
    rows = Workspace.objects.filter(schema__isnull=False).exclude(migrated_to=migrations_version())
    if among is not None:
        rows = rows.filter(id__in=among)
    with platform():
        found = list(rows.order_by("id").values_list("id", "schema", "name"))
    return [Target(schema, name, id) for id, schema, name in found if schema]


def workspaces_of(hosts: Sequence[str]) -> list[UUID]:
    """The workspaces at these hosts. Raises UnknownHost."""
    rows = Domain.objects.filter(host__in=hosts, workspace__isnull=False).values_list("host", "workspace_id")
    with platform():
        known = {host: id for host, id in rows if id}
    if unknown := [host for host in hosts if host not in known]:
        raise UnknownHost(f"No workspace has the host “{unknown[0]}”.")
    return list(known.values())


def spares_behind() -> list[Target]:
    """Those of the warm pool, which nobody can claim or drop from here on."""
    return [Target(schema, "a spare schema") for schema in stock.hold_behind()]
