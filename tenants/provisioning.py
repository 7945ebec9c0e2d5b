"""From a name, a domain and an owner to a workspace that can be signed in to.

A spare schema is claimed with workspace, domain and owner in one transaction, the one exception to "no
transaction spans a workspace and the platform"; the recorded set-up steps follow in setup.py next door.
"""

import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants import audit, onboarding, starters
from tenants.context import place_of, platform, workspace
from tenants.db.base import spanning_transaction
from tenants.db.broken import broken_constraint
from tenants.hosts.domains import check_host, check_unlike, taken
from tenants.models import Domain, Reseller, StarterTemplate, Workspace
from tenants.schema import stock
from tenants.schema.template import migrations_version
from tenants.setup import note_steps, set_up, wake
from tenants.sites import url_for
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A workspace as it stands after the call; `seconds` is what the caller waited."""

    workspace: Workspace
    seconds: float

    @property
    def ready(self) -> bool:
        return self.workspace.state == Workspace.State.ACTIVE

    @property
    def url(self) -> str:
        return url_for("/", place=place_of(self.workspace))


def provision(
    *,
    reseller: Reseller,
    name: str,
    host: str,
    owner_email: str,
    owner_name: str = "",
    starter: StarterTemplate | None = None,
) -> Provisioned:
    """Make a workspace here and now; for the command line and tests. With an empty pool it stays `building`.

    Raises ValidationError when the host is unfit or taken.
    """
    started = time.perf_counter()
    row = claim(
        reseller=reseller,
        name=name,
        host=host,
        owner_email=owner_email,
        owner_name=owner_name,
        starter=starter,
    )
    if row.schema:
        set_up(row)
    return Provisioned(row, time.perf_counter() - started)


def begin(**wanted: Any) -> Workspace:
    """Claim, and have a worker go on; the caller watches the steps. Takes and raises what `claim` does.

    Should nobody be woken, the builder's sweep goes on with it within a minute.
    """
    row = claim(**wanted)
    with platform():
        wake(row)
    return row


def claim(
    *,
    reseller: Reseller,
    name: str,
    host: str,
    owner_email: str,
    owner_name: str = "",
    starter: StarterTemplate | None = None,
) -> Workspace:
    """One transaction: a schema, the workspace, its domain and its owner. Raises ValidationError."""
    host = check_host(host)
    if starter is not None:
        starters.check(starter.parts)
    try:
        with platform(), spanning_transaction(), transaction.atomic():
            row = Workspace.objects.create(
                reseller=reseller, name=name, owner_email=owner_email, owner_name=owner_name, starter=starter
            )
            _give_domain(row, host)
            _take_schema(row)
            audit.record("workspace.create", target=row.id, label=row.name, detail={"host": host})
    except IntegrityError as error:
        raise _in_words(error, host=host) from error
    return row


def _in_words(error: IntegrityError, *, host: str) -> Exception:
    broken = broken_constraint(error)
    if broken.startswith("tenants_domain_host"):
        return taken(host)
    if "starter_id" in broken:
        return ValidationError(
            {"starter": "This starter template was deleted meanwhile. Choose another one."}
        )
    return error


def _give_domain(row: Workspace, host: str) -> None:
    check_unlike(host, reseller_id=row.reseller_id, workspace_id=row.id)
    Domain.objects.create(host=host, kind=Domain.Kind.WORKSPACE, reseller_id=row.reseller_id, workspace=row)


def _take_schema(row: Workspace) -> None:
    """Give the workspace a spare schema and its owner, or leave it waiting for the builder."""
    try:
        schema = stock.claim()
    except stock.NoSpare:
        enqueue("tenants.fill_stock", queue="schema")
        return
    row.schema, row.migrated_to = schema, migrations_version()
    row.save(update_fields=["schema", "migrated_to"])
    note_steps(row)
    with workspace(row):
        for hook in onboarding.claim_hooks():
            hook(row)
    enqueue("tenants.fill_stock", queue="schema")


def finish_waiting() -> int:
    """Go on with every workspace that is still being set up; returns how many opened.

    One that is restored from its archive is not among them (archive/tending.py).
    """
    with platform():
        rows = Workspace.objects.filter(state=Workspace.State.BUILDING, archive="")
        rows = rows.select_related("reseller", "starter")
        waiting = list(rows.order_by("id"))  # who asked first
    return sum(_try_to_finish(row) for row in waiting)


def _try_to_finish(row: Workspace) -> bool:
    """One that cannot be finished must not hold up those behind it."""
    try:
        return finish(row, patient=True)
    except Exception:
        log.exception("workspace_not_finished", workspace=str(row.id))
        return False


def finish(row: Workspace, *, patient: bool = False) -> bool:
    """Claim for a workspace that had to wait, then run its steps; True when it is open now."""
    if not row.schema:
        with platform(), spanning_transaction(), transaction.atomic():
            locked = Workspace.objects.select_for_update(of=("self",)).get(id=row.id)
            if not locked.schema:
                _take_schema(locked)
            row.schema, row.state = locked.schema, locked.state
    return bool(row.schema) and set_up(row, patient=patient)
