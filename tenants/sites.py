"""Which site a host name is: the operators', a reseller's console or a workspace.

Looked up on the platform and remembered until a shared fact changes (memory.py). Addresses we hand out are
built here too, from the database's primary domain, never from what a request claims.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings

from tenants.context import NOWHERE, PLATFORM, Place
from tenants.db.shared import shared_facts
from tenants.memory import Remembered
from tenants.models import Domain, Reseller, State, Workspace

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
    """A workspace's own state, or `suspended` while its reseller is."""

    @property
    def is_workspace(self) -> bool:
        return self.kind == Domain.Kind.WORKSPACE

    @property
    def is_open(self) -> bool:
        return self.state in Workspace.OPEN

    @property
    def is_read_only(self) -> bool:
        """Whether its people may look at everything and change nothing, because a payment is past due."""
        return self.state == Workspace.State.PAST_DUE


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


def load(host: str) -> Site | None:
    """The site of a host name as it is now, past the cache."""
    with shared_facts() as alias:
        rows = Domain.objects.using(alias).select_related("reseller", "workspace")
        domain = rows.filter(host=host).first()
    return site_of(domain) if domain else None


cache = Remembered(load)


def opens_soon(host: str) -> bool:
    """Whether a host that is closed or unknown now is one of a workspace that is being set up or restored."""
    with shared_facts() as alias:
        rows = Domain.objects.using(alias).filter(host=host, workspace__state=Workspace.State.BUILDING)
        return rows.exists()


def site_of(domain: Domain) -> Site | None:
    """The site of a domain row whose reseller and workspace are loaded; None while it is being set up."""
    workspace, reseller = domain.workspace, domain.reseller
    state = _state(workspace, reseller=reseller)
    if state == Workspace.State.BUILDING:
        return None
    owner = workspace or reseller
    return Site(
        kind=domain.kind,
        host=domain.host,
        place=_place(workspace),
        name=owner.name if owner else settings.PLATFORM_NAME,
        reseller_id=reseller.id if reseller else None,
        reseller_name=reseller.name if reseller else "",
        workspace_id=workspace.id if workspace else None,
        workspace_name=workspace.name if workspace else "",
        state=state,
    )


def console_of(reseller_id: UUID) -> Site:
    """The site of a reseller's console, by its primary host. Raises Domain.DoesNotExist when it has none."""
    with shared_facts() as alias:
        rows = Domain.objects.using(alias).select_related("reseller", "workspace")
        row = rows.get(kind=Domain.Kind.RESELLER, reseller_id=reseller_id, is_primary=True)
    site = site_of(row)
    assert site is not None  # only a workspace's is None, while it is being set up
    return site


def _state(workspace: Workspace | None, *, reseller: Reseller | None) -> str:
    """What stands at the door. One that is being restored stays archived until all of it is back."""
    if workspace is not None and workspace.state == Workspace.State.BUILDING:
        return Workspace.State.ARCHIVED if workspace.archive else workspace.state
    if reseller is not None and reseller.state == State.SUSPENDED:
        return reseller.state
    return workspace.state if workspace is not None else State.ACTIVE


def _place(workspace: Workspace | None) -> Place:
    if workspace is None:
        return PLATFORM
    if workspace.schema is None:
        return NOWHERE
    return Place(workspace.schema, workspace.schema, workspace.id)


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
