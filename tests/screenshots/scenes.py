"""What the pictures show beside the demo: new and suspended workspaces, a stay, a fleet half updated.

Run as a process of its own, with the owner's login; prints the ids that shots.py names, by reseller. What is
there already stays as it is.
"""

import json
import sys
from datetime import timedelta

import django

if __name__ == "__main__":
    django.setup()

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from core.accounts.domain.roles import make_role
from core.accounts.domain.support import open_stay
from core.accounts.domain.users import create_user
from core.accounts.models import SupportSession, TeamRole, User
from core.accounts.rules import Role
from deploy.demo.cast import HOUSES, PASSWORD, House
from tenants import provisioning
from tenants.console.domain.starters import take_from
from tenants.console.domain.support import grant
from tenants.context import platform, workspace
from tenants.hosts.addresses import add_domain
from tenants.models import (
    DataRun,
    Domain,
    FleetFault,
    FleetRun,
    Reseller,
    SetupStep,
    StarterTemplate,
    SupportAccess,
    Workspace,
)
from tenants.schema import stock
from tenants.schema.template import migrations_version

NEWCOMER = "ada@new.example"


def host_of(kind: str, house: House) -> str:
    """Of one of our own workspaces of a house; `kind` is new or closed."""
    return f"{kind}-{house.slug}.{settings.BASE_HOST}"


def main() -> int:
    found = {house.slug: _house(house) for house in HOUSES}
    with platform():
        _fleet()
    sys.stdout.write(json.dumps(found))
    return 0


def _house(house: House) -> dict[str, str]:
    with platform():
        reseller = Reseller.objects.get(slug=house.slug)
    _ours(reseller, host=host_of("new", house), name="Fresh Bakery")
    closed = _ours(reseller, host=host_of("closed", house), name="Late Payer")
    first = house.clients[0]
    with platform():
        Workspace.objects.filter(id=closed.id).update(state="suspended", state_since=timezone.now())
        row = Workspace.objects.select_related("reseller").get(
            domains__host=f"{first.label}.{settings.BASE_HOST}"
        )
        host = f"kunden.{first.label}-büro.example".encode("idna").decode()
        domain = Domain.objects.filter(host=host).first() or add_domain(row, host=host)
    _team(row)
    _stay(row, house=house)
    return {"client": str(row.id), "domain": str(domain.id), "starter": str(_starter(row).id)}


def _ours(reseller: Reseller, *, host: str, name: str) -> Workspace:
    """A workspace of ours whose owner can sign in."""
    with platform():
        known = Workspace.objects.filter(domains__host=host).first()
    row = known or _claimed(reseller, host=host, name=name)
    with workspace(row):
        owner = User.objects.get(email=NEWCOMER)
        owner.set_password(PASSWORD)
        owner.save(update_fields=["password"])
        EmailAddress.objects.filter(user=owner).update(verified=True)
    return row


def _claimed(reseller: Reseller, *, host: str, name: str) -> Workspace:
    if stock.level() == 0:
        stock.fill(size=1)
    row = provisioning.claim(
        reseller=reseller, name=name, host=host, owner_email=NEWCOMER, owner_name="Ada Finch"
    )
    provisioning.finish(row)
    return row


def _team(row: Workspace) -> None:
    """A role of its own with somebody in it, and somebody who has not come in yet."""
    with workspace(row):
        if TeamRole.objects.exists():
            return
        desk = make_role(name="Front desk", actions=["use_inbox", "manage_forms"])
        for name in ("Tom Reed", "Wilhelmina Featherstonehaugh-Cholmondeley"):
            address = f"{name.partition(' ')[0].lower()}@{row.name.partition(' ')[0].lower()}.example"
            create_user(email=address, name=name, role=Role.AGENT, team_role=desk)


def _stay(row: Workspace, *, house: House) -> None:
    """Somebody of the reseller's is inside."""
    now = timezone.now()
    with workspace(row):
        if SupportSession.objects.exists():
            return
    with platform():
        person = User.objects.get(email=house.owner.email)
        reason = "Your web form sends no notices since Tuesday, as you wrote us."
        access = grant(
            row, user_id=person.id, person=f"{person.name} <{person.email}>", reseller=row.reseller,
            reason=reason, minutes=240,
        )  # fmt: skip
        SupportAccess.objects.filter(id=access.id).update(entered_at=now)
        access = SupportAccess.objects.select_related("reseller").get(id=access.id)
    with workspace(row):
        stay = open_stay(access)
        SupportSession.objects.filter(id=stay.id).update(expires_at=now + timedelta(hours=4))


def _starter(row: Workspace) -> StarterTemplate:
    with platform():
        known = StarterTemplate.objects.filter(reseller_id=row.reseller_id).first()
        return known or take_from(
            row, name="As we like it", description="Our way of starting a small studio."
        )


def _fleet() -> None:
    """Half updated: one workspace behind and why, two runs, data still moved, a set-up that failed."""
    if FleetFault.objects.exists():
        return
    now, version = timezone.now(), migrations_version()
    row = Workspace.objects.filter(state=Workspace.State.ACTIVE).order_by("-id")[0]
    Workspace.objects.filter(id=row.id).update(migrated_to="0f3a9be27c4d15f0")
    FleetFault.objects.create(
        schema=str(row.schema), workspace=row, migration="contacts.0007_score", attempts=3,
        error="LockNotAvailable: the table contacts_contact stayed locked for 12 seconds",
    )  # fmt: skip
    ended = {"started_at": now - timedelta(hours=2), "finished_at": now - timedelta(hours=2, seconds=-42)}
    FleetRun.objects.create(
        version=version, state="done", phase="workspaces", total=7, done=6, failed=1, **ended
    )
    FleetRun.objects.create(
        version="0f3a9be27c4d15f0", state="stopped", phase="canary", total=7, failed=1,
        started_at=now - timedelta(days=3), finished_at=now - timedelta(days=3, seconds=-3),
    )  # fmt: skip
    DataRun.objects.create(workspace=row, key="contacts.fill_score")
    DataRun.objects.create(
        workspace=Workspace.objects.exclude(id=row.id)[0], key="contacts.fill_score", state="done"
    )
    stuck = Workspace.objects.create(
        reseller=row.reseller, name="Blue Door Dental", owner_email="di@bluedoor.example"
    )
    SetupStep.objects.create(
        workspace=stuck, key="invite-owner", state="failed", attempts=3, finished_at=now,
        error="The mail relay did not answer: connection refused",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
