"""Names, domains and owners that change: a workspace is renamed, found elsewhere, or another reseller's.

What may be registered at all is domains.py; what is looked up by host is sites.py. One that is closed or not
there yet stays as it is: whatever is done here raises ValidationError for it.
"""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants import audit, sites
from tenants.hosts.domains import check_host, check_looks, check_unlike, taken
from tenants.models import Domain, Reseller, Workspace
from tenants.states import check_settled
from tenants.text import check_storable

Mover = Callable[[Workspace, Reseller], None]

_movers: dict[str, Mover] = {}


def register_mover(key: str, mover: Mover) -> None:
    """Take along what else names a workspace's reseller, on the platform, in the move's transaction."""
    _movers[key] = mover


def rename(workspace: Workspace, *, name: str) -> None:
    """Call it otherwise, in the consoles and to its customers. Raises ValidationError."""
    name = name.strip()
    check_storable(name)
    if not name:
        raise ValidationError({"name": "A workspace needs a name."})
    with transaction.atomic():
        [locked] = _settled(workspace.id)
        before, locked.name = locked.name, name
        if before != name:
            locked.save(update_fields=["name"])
            audit.record("workspace.rename", target=locked.id, label=name, detail={"from": before})
    workspace.name = name
    sites.cache.clear()


def add_domain(workspace: Workspace, *, host: str) -> Domain:
    """One more host at which it is found. Raises ValidationError when it is unfit or taken."""
    host = check_host(host)
    try:
        with transaction.atomic():
            workspace = _still_theirs(workspace)
            check_unlike(host, reseller_id=workspace.reseller_id, workspace_id=workspace.id)
            domain = Domain.objects.create(
                host=host,
                kind=Domain.Kind.WORKSPACE,
                reseller_id=workspace.reseller_id,
                workspace=workspace,
                is_primary=not Domain.objects.filter(workspace=workspace).exists(),
            )
            _record("domain.add", domain, workspace=workspace.name)
    except IntegrityError as error:
        raise taken(host) from error
    sites.cache.clear()
    return domain


def make_primary(domain: Domain) -> None:
    """From now on the addresses we hand out, and those mail is sent from, are at this host.

    Raises ValidationError when it was removed or moved meanwhile.
    """
    with transaction.atomic():
        _settled(domain.workspace_id)
        rows = _locked(domain.workspace_id)
        if all(row.id != domain.id for row in rows):
            raise ValidationError(f"{domain.host} was removed or moved meanwhile. Nothing was changed.")
        before = [row for row in rows if row.is_primary and row.id != domain.id]
        for row in before:
            row.is_primary = False
            row.save(update_fields=["is_primary"])
        Domain.objects.filter(id=domain.id).update(is_primary=True)
        if before:
            _record("domain.primary", domain, workspace=_name_of(domain), **{"from": before[0].host})
    domain.is_primary = True
    sites.cache.clear()


def remove_domain(domain: Domain) -> None:
    """Nobody is found at this host any more. Raises ValidationError for the primary one."""
    with transaction.atomic():
        _settled(domain.workspace_id)
        row = _spare_one(domain)
        _record("domain.remove", row, workspace=_name_of(row))
        row.delete()
    sites.cache.clear()


def move_domain(domain: Domain, *, to: Workspace) -> None:
    """Another client of the same reseller is found at this host. Raises ValidationError."""
    with transaction.atomic():
        _settled(domain.workspace_id, to.id)
        to = _still_theirs(to)
        row = _spare_one(domain)
        if to.reseller_id != row.reseller_id or to.id == row.workspace_id:
            raise ValidationError("A domain moves between two clients of the same reseller.")
        before = _name_of(row)
        row.workspace, row.is_primary = to, not Domain.objects.filter(workspace=to).exists()
        row.save(update_fields=["workspace", "is_primary"])
        check_looks(row.host, reseller_id=to.reseller_id, workspace_id=to.id)
        _record("domain.move", row, to=to.name, **{"from": before})
    sites.cache.clear()


def move_workspace(workspace: Workspace, *, to: Reseller) -> bool:
    """Make it another reseller's client, with its domains and brand; False when it is theirs already.

    Whoever is signed in there signs in again, because a session is bound to the reseller too.
    """
    with transaction.atomic():
        [locked] = _settled(workspace.id)
        before = locked.reseller
        if before == to:
            return False
        locked.reseller, locked.starter = to, None  # templates are a reseller's own
        locked.save(update_fields=["reseller", "starter"])
        Domain.objects.filter(workspace=locked).update(reseller=to)
        for mover in _movers.values():
            mover(locked, to)
        for verb, whose, other in (("leave", before, to), ("arrive", to, before)):
            detail = {"reseller": str(whose.id), "whose": whose.name, "other": other.name}
            audit.record(f"workspace.{verb}", target=locked.id, label=locked.name, detail=detail)
    workspace.reseller = to
    sites.cache.clear()
    return True


def _record(act: str, domain: Domain, **detail: str) -> None:
    """A line in the log of the reseller whose domain it is, whoever acts."""
    whose = {"reseller": domain.reseller_id, **detail}
    audit.record(act, target=domain.id, label=domain.host, detail=whose)


def _settled(*ids: UUID | None) -> list[Workspace]:
    """The rows, locked in one order, with their resellers. Raises ValidationError if one is closed."""
    rows = Workspace.objects.select_for_update(of=("self",)).select_related("reseller")
    found = list(rows.filter(id__in=[id for id in ids if id]).order_by("id"))
    for row in found:
        check_settled(row)
    return found


def _still_theirs(workspace: Workspace) -> Workspace:
    """The row, locked: a domain names its workspace's reseller. Raises ValidationError if it was moved."""
    [locked] = _settled(workspace.id)
    if locked.reseller_id != workspace.reseller_id:
        raise ValidationError(f"{workspace} was moved to another reseller meanwhile. Nothing was changed.")
    return locked


def _name_of(domain: Domain) -> str:
    return domain.workspace.name if domain.workspace else ""


def _locked(workspace_id: UUID | None) -> list[Domain]:
    return list(Domain.objects.filter(workspace=workspace_id).order_by("id").select_for_update())


def _spare_one(domain: Domain) -> Domain:
    """The row, locked with its siblings, unless it is what the workspace is found by first."""
    row = next((row for row in _locked(domain.workspace_id) if row.id == domain.id), None)
    if row is None or row.is_primary:
        raise ValidationError(f"{domain.host} is the primary domain. Make another one primary first.")
    return row
