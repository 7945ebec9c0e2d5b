"""Which site a host name is: the operators', a reseller's console or a workspace.

Looked up on the platform and remembered until a shared fact changes (memory.py). Addresses we hand out are
built here too, from the database's primary domain, never from what a request claims.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings

from tenants.context import PLATFORM, Place
from tenants.db.shared import shared_facts
from tenants.memory import Remembered
from tenants.models import Domain, State, Workspace

HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """What one host name stands for. `place` is whose data it shows: a workspace's, or the platform's."""

    kind: str
    host: str
    place: Place
    name: str
    reseller_id: UUID | None = None
    reseller_name: str = ""
    workspace_id: UUID | None = None
    workspace_name: str = ""
    state: str = State.ACTIVE

    @property
    def is_workspace(self) -> bool:
        return self.kind == Domain.Kind.WORKSPACE

    @property
    def is_open(self) -> bool:
        return self.state == State.ACTIVE


def host_of(header: str) -> str | None:
    """The host name in a Host header, lower case and without port; None when it is not a plain name."""
    name, colon, port = header.strip().lower().partition(":")
    if colon and not (port.isascii() and port.isdigit()):
        return None
    return name if len(name) <= 253 and HOST_NAME.match(name) else None


def resolve(header: str) -> Site | None:
    """The site of a Host header, or None for a host that nobody registered."""
    host = host_of(header)
    return cache.get(host) if host else None


def _load(host: str) -> Site | None:
    with shared_facts() as alias:
        rows = Domain.objects.using(alias).select_related("reseller", "workspace")
        domain = rows.filter(host=host).first()
    return site_of(domain) if domain else None


cache = Remembered(_load)


def site_of(domain: Domain) -> Site | None:
    """The site of a domain row whose reseller and workspace are loaded; None while it is being set up."""
    workspace, reseller = domain.workspace, domain.reseller
    if workspace is not None and (workspace.schema is None or workspace.state == Workspace.State.BUILDING):
        return None
    states = [thing.state for thing in (reseller, workspace) if thing is not None]
    place = PLATFORM
    if workspace is not None and workspace.schema is not None:
        place = Place(workspace.schema, workspace.schema, workspace.id)
    owner = workspace or reseller
    return Site(
        kind=domain.kind,
        host=domain.host,
        place=place,
        name=owner.name if owner else settings.PLATFORM_NAME,
        reseller_id=reseller.id if reseller else None,
        reseller_name=reseller.name if reseller else "",
        workspace_id=workspace.id if workspace else None,
        workspace_name=workspace.name if workspace else "",
        state=State.SUSPENDED if State.SUSPENDED in states else State.ACTIVE,
    )


def origin(host: str) -> str:
    """`scheme://host[:port]` of one of our hosts, from settings."""
    port = f":{settings.SITE_PORT}" if settings.SITE_PORT else ""
    return f"{settings.SITE_SCHEME}://{host}{port}"


def primary_host(place: Place) -> str:
    """The host we hand out for a place; raises Domain.DoesNotExist when it has none."""
    with shared_facts() as alias:
        rows = Domain.objects.using(alias).filter(is_primary=True)
        if place.is_platform:
            return rows.get(kind=Domain.Kind.PLATFORM).host
        return rows.get(workspace__schema=place.schema).host


def url_for(path: str, *, place: Place) -> str:
    """The absolute address of `path` on a place's primary domain."""
    return urljoin(origin(primary_host(place)), path)
