"""What happens to resellers and workspaces: opened, suspended, reactivated.

How a workspace comes to be is provisioning.py; nothing here ever deletes data.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants import sites
from tenants.domains import check_host, check_shape
from tenants.models import Domain, Reseller, State, Workspace


@dataclass(frozen=True, slots=True)
class Opened:
    """A reseller and the domain of its console."""

    reseller: Reseller
    domain: Domain


def open_reseller(*, name: str, slug: str, host: str) -> Opened:
    """A reseller with its console's host. Raises ValidationError when slug or host is unfit or taken."""
    host = check_host(host)
    try:
        with transaction.atomic():
            reseller = Reseller.objects.create(name=name, slug=slug)
            domain = Domain.objects.create(host=host, kind=Domain.Kind.RESELLER, reseller=reseller)
    except IntegrityError as error:
        raise ValidationError(_taken(str(error), slug=slug, host=host)) from error
    return Opened(reseller, domain)


def set_platform_host(host: str) -> Domain:
    """Where operators work; there is one such host. Raises ValidationError when it is unfit or taken."""
    host = check_shape(host)
    try:
        with transaction.atomic():
            domain, _ = Domain.objects.update_or_create(kind=Domain.Kind.PLATFORM, defaults={"host": host})
    except IntegrityError as error:
        raise ValidationError({"host": f"“{host}” is already in use. Choose another domain."}) from error
    sites.cache.clear()
    return domain


def _taken(error: str, *, slug: str, host: str) -> dict[str, str]:
    if "slug" in error:
        return {"slug": f"Another reseller is already called “{slug}”."}
    return {"host": f"“{host}” is already in use. Choose another domain."}


def suspend(workspace: Workspace) -> None:
    """Close a workspace: its pages show a notice, its sockets end, its data stays. Again it does nothing."""
    _move(workspace, old=Workspace.State.ACTIVE, new=Workspace.State.SUSPENDED)


def reactivate(workspace: Workspace) -> None:
    """Open a suspended one. Again it does nothing."""
    _move(workspace, old=Workspace.State.SUSPENDED, new=Workspace.State.ACTIVE)


def _move(workspace: Workspace, *, old: Workspace.State, new: Workspace.State) -> None:
    """Only from the state it is meant to leave: one still being built is nobody's to open or close."""
    Workspace.objects.filter(id=workspace.id, state=old).update(state=new)
    workspace.refresh_from_db(fields=["state"])
    sites.cache.clear()


def suspend_reseller(reseller: Reseller) -> None:
    """Close its console and all its workspaces, which keep their own state. Again it does nothing."""
    _move_reseller(reseller, state=State.SUSPENDED)


def reactivate_reseller(reseller: Reseller) -> None:
    """Open the console again, and those workspaces that are not suspended themselves."""
    _move_reseller(reseller, state=State.ACTIVE)


def _move_reseller(reseller: Reseller, *, state: State) -> None:
    reseller.state = state
    reseller.save(update_fields=["state"])
    sites.cache.clear()
