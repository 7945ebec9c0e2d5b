"""From a name, a domain and an owner to a workspace that can be signed in to.

A spare schema is claimed with workspace, domain and owner in one transaction, the one exception to "no
transaction spans a workspace and the platform"; set-up steps follow, each recorded, so a crash is resumed.
"""

import time
from dataclasses import dataclass

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants import audit, onboarding
from tenants.context import place_of, platform, workspace
from tenants.db.base import spanning_transaction
from tenants.domains import check_host
from tenants.models import Domain, Reseller, SetupStep, Workspace
from tenants.schema import stock
from tenants.schema.template import migrations_version
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
    *, reseller: Reseller, name: str, host: str, owner_email: str, owner_name: str = ""
) -> Provisioned:
    """Make a workspace. With an empty pool it stays `building` and the builder finishes it.

    Raises ValidationError when the host is unfit or taken.
    """
    started = time.perf_counter()
    row = claim(reseller=reseller, name=name, host=host, owner_email=owner_email, owner_name=owner_name)
    if row.schema:
        set_up(row)
    return Provisioned(row, time.perf_counter() - started)


def claim(*, reseller: Reseller, name: str, host: str, owner_email: str, owner_name: str = "") -> Workspace:
    """One transaction: a schema, the workspace, its domain and its owner. Raises ValidationError."""
    host = check_host(host)
    try:
        with platform(), spanning_transaction(), transaction.atomic():
            row = Workspace.objects.create(
                reseller=reseller, name=name, owner_email=owner_email, owner_name=owner_name
            )
            Domain.objects.create(host=host, kind=Domain.Kind.WORKSPACE, reseller=reseller, workspace=row)
            _take_schema(row)
            audit.record("workspace.create", target=row.id, label=name, detail={"host": host})
    except IntegrityError as error:
        if "tenants_domain_host" in str(error):
            raise ValidationError({"host": f"“{host}” is already in use. Choose another domain."}) from error
        raise
    return row


def _take_schema(row: Workspace) -> None:
    """Give the workspace a spare schema and its owner, or leave it waiting for the builder."""
    try:
        schema = stock.claim()
    except stock.NoSpare:
        enqueue("tenants.fill_stock", queue="schema")
        return
    row.schema, row.migrated_to = schema, migrations_version()
    row.save(update_fields=["schema", "migrated_to"])
    steps = [SetupStep(workspace=row, key=step.key) for step in onboarding.steps()]
    SetupStep.objects.bulk_create(steps)
    with workspace(row):
        for hook in onboarding.claim_hooks():
            hook(row)
    enqueue("tenants.fill_stock", queue="schema")


def set_up(row: Workspace) -> bool:
    """Run the steps that are not done yet, in order, then open the workspace; True when it is open."""
    steps = {step.key: step for step in onboarding.steps()}
    with platform():
        waiting = list(
            SetupStep.objects.filter(workspace=row).exclude(state=SetupStep.State.DONE).order_by("id")
        )
    for record in waiting:
        if record.key in steps and not _run_step(row, step=steps[record.key], record=record):
            return False
    with platform(), transaction.atomic():
        locked = Workspace.objects.select_for_update().get(id=row.id)
        if locked.state == Workspace.State.BUILDING:
            _activate(locked)
        row.state = locked.state
    return True


def _run_step(row: Workspace, *, step: onboarding.Step, record: SetupStep) -> bool:
    """One step in a transaction of its own, then its record; False when it failed."""
    error = ""
    try:
        with workspace(row), spanning_transaction(), transaction.atomic():
            step.run(row)
    except Exception as fault:
        log.exception("setup_step_failed", step=step.key, workspace=str(row.id))
        error = f"{type(fault).__name__}: {fault}"[:300]
    record.state = SetupStep.State.FAILED if error else SetupStep.State.DONE
    record.error, record.finished_at = error, timezone.now()
    with platform():
        record.save(update_fields=["state", "error", "finished_at"])
    return not error


def _activate(row: Workspace) -> None:
    row.state, row.state_since = Workspace.State.ACTIVE, timezone.now()
    row.save(update_fields=["state", "state_since"])


def finish_waiting() -> int:
    """Go on with every workspace that is still being set up; returns how many opened.

    One that is restored from its archive is not among them (archive/tending.py).
    """
    with platform():
        rows = Workspace.objects.filter(state=Workspace.State.BUILDING, archive="").select_related("reseller")
        waiting = list(rows.order_by("id"))  # who asked first
    return sum(_try_to_finish(row) for row in waiting)


def _try_to_finish(row: Workspace) -> bool:
    """One that cannot be finished must not hold up those behind it."""
    try:
        return finish(row)
    except Exception:
        log.exception("workspace_not_finished", workspace=str(row.id))
        return False


def finish(row: Workspace) -> bool:
    """Claim for a workspace that had to wait, then run its steps; True when it is open now."""
    if not row.schema:
        with platform(), spanning_transaction(), transaction.atomic():
            locked = Workspace.objects.select_for_update().get(id=row.id)
            if not locked.schema:
                _take_schema(locked)
            row.schema, row.state = locked.schema, locked.state
    return bool(row.schema) and set_up(row)
