"""What happens to resellers: opened, suspended, reactivated; and the platform's own host.

The moves of a workspace stand in states.py; how one comes to be is provisioning.py.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants import sites
from tenants.audit import record
from tenants.hosts.domains import check_host, check_shape, check_unlike, taken
from tenants.models import Domain, Reseller, State


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
            check_unlike(host, reseller_id=reseller.id)
            domain = Domain.objects.create(host=host, kind=Domain.Kind.RESELLER, reseller=reseller)
            record("reseller.create", target=reseller.id, label=name, detail={"host": host})
    except IntegrityError as error:
        raise _taken(str(error), slug=slug, host=host) from error
    return Opened(reseller, domain)


def set_platform_host(host: str) -> Domain:
    """Where operators work; there is one such host. Raises ValidationError when it is unfit or taken."""
    host = check_shape(host)
    try:
        with transaction.atomic():
            check_unlike(host)
            domain, _ = Domain.objects.update_or_create(kind=Domain.Kind.PLATFORM, defaults={"host": host})
    except IntegrityError as error:
        raise taken(host) from error
    sites.cache.clear()
    return domain


def _taken(error: str, *, slug: str, host: str) -> ValidationError:
    if "slug" in error:
        return ValidationError({"slug": f"Another reseller is already called “{slug}”."})
    return taken(host)


def suspend_reseller(reseller: Reseller) -> None:
    """Close its console and all its workspaces, which keep their own state. Again it does nothing."""
    _move_reseller(reseller, state=State.SUSPENDED, act="reseller.suspend")


def reactivate_reseller(reseller: Reseller) -> None:
    """Open the console again, and those workspaces that are not suspended themselves."""
    _move_reseller(reseller, state=State.ACTIVE, act="reseller.reactivate")


def _move_reseller(reseller: Reseller, *, state: State, act: str) -> None:
    reseller.state = state
    with transaction.atomic():
        if Reseller.objects.filter(id=reseller.id).exclude(state=state).update(state=state):
            record(act, target=reseller.id, label=reseller.name)
    sites.cache.clear()
