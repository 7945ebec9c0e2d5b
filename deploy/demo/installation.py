"""Builds the demo installation, resellers first and the operator last, whose login means that all is there.

Every step looks before it acts and stands in a transaction of its own, so a run that was killed is finished
by the next one. Who is in it is cast.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from branding.domain.brands import save_brand
from branding.models import Brand
from core.accounts.domain.users import create_user
from core.accounts.models import User
from deploy.demo import bulk, desk
from deploy.demo.bulk import Amount
from deploy.demo.cast import HOUSES, OPERATOR, PASSWORD, Client, House, Login, Words
from deploy.demo.turns import tell_resolved
from deploy.starters import CANNED
from inbox.canned.starter import apply as apply_canned
from inbox.reports.domain.fold import fold
from inbox.reports.domain.history import fill_all
from inbox.transports.form.domain.forms import ensure_default_form, save_form
from tenants import provisioning
from tenants.context import platform, workspace
from tenants.models import Domain, Reseller, SetupStep, Staff, Workspace
from tenants.schema import stock
from tenants.schema.owner import can_build

SEED = 0
"""The demo's own; `seed_demo --seed` begins at 1, so that both fit into one workspace."""


class NotReady(Exception):
    """A workspace could not be set up; the text says why, and the next run goes on there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One run: dates count back from `until`; amounts as in cast.py unless given."""

    until: datetime
    say: Callable[[str], None]
    contacts: int | None = None
    messages: int | None = None

    def amount(self, client: Client) -> Amount:
        return Amount(
            host=host(client.label),
            contacts=client.contacts if self.contacts is None else self.contacts,
            messages=client.messages if self.messages is None else self.messages,
            seed=SEED,
            business=client.business,
            until=self.until,
        )


def host(label: str) -> str:
    return f"{label}.{settings.BASE_HOST}"


def is_wanted() -> bool:
    """Whether a demo is to be built or finished: there are no other resellers, and no operator yet."""
    with platform():
        ours = {house.slug for house in HOUSES}
        if Reseller.objects.exclude(slug__in=ours).exists():
            return False
        return not User.objects.filter(email=OPERATOR.email).exists()


def build(run: Build) -> None:
    """Build what is missing. Raises NotReady."""
    for house in HOUSES:
        with platform(), transaction.atomic():
            reseller = _reseller(house)
        for client in house.clients:
            _client(client, reseller=reseller, run=run)
    with platform(), transaction.atomic():
        Domain.objects.get_or_create(kind=Domain.Kind.PLATFORM, defaults={"host": host("platform")})
        _person(OPERATOR)


def _reseller(house: House) -> Reseller:
    reseller, new = Reseller.objects.get_or_create(slug=house.slug, defaults={"name": house.name})
    if new:
        Domain.objects.create(host=host(house.slug), kind=Domain.Kind.RESELLER, reseller=reseller)
        Staff.objects.create(
            user=_person(house.owner), reseller=reseller, role=Staff.Role.OWNER, accepted_at=timezone.now()
        )
        save_brand(
            Brand(
                reseller=reseller,
                name=house.name,
                hue=house.hue,
                chroma=house.chroma,
                radius=house.radius,
                footer=house.footer,
                tagline=house.words.tagline,
                subline=house.words.subline,
            )
        )
    return reseller


def _client(client: Client, *, reseller: Reseller, run: Build) -> None:
    """A workspace that can be signed in to, and what is in it. Raises NotReady."""
    row = _claimed(client, reseller=reseller)
    with workspace(row), transaction.atomic():
        for login in client.team:
            _person(login)
    if not provisioning.finish(row):
        raise NotReady(f"{client.name} could not be set up: {_failure(row)}")
    with platform(), transaction.atomic():
        _workspace_brand(row, words=client.words)
    amount = run.amount(client)
    with workspace(row):
        if not bulk.is_filled(amount):
            _welcome(client, row=row)
            bulk.fill(amount, say=lambda line: run.say(f"{client.name}: {line}"))
            desk.lay_out(client.business, owner=User.objects.get(email=client.team[0].email))
            fill_all()
            tell_resolved(seed=amount.seed, until=amount.until)
            fold()
            run.say(f"{client.name}: {amount.contacts:,} contacts, {amount.messages:,} messages")


def _claimed(client: Client, *, reseller: Reseller) -> Workspace:
    """The workspace with a schema; it may not be set up yet. Raises NotReady."""
    with platform():
        known = Domain.objects.select_related("workspace__reseller").filter(host=host(client.label)).first()
    row = known.workspace if known else None
    if row is not None and row.schema:
        return row
    if stock.level() == 0 and can_build():
        stock.fill(size=1)
    if row is None:
        row = _claim(client, reseller=reseller)
    if not row.schema and not provisioning.finish(row):
        raise NotReady("No schema is ready for a workspace, and only the builder may make one.")
    return row


def _claim(client: Client, *, reseller: Reseller) -> Workspace:
    owner = client.team[0]
    return provisioning.claim(
        reseller=reseller,
        name=client.name,
        host=host(client.label),
        owner_email=owner.email,
        owner_name=owner.name,
    )


def _failure(row: Workspace) -> str:
    with platform():
        return "; ".join(row.steps.filter(state=SetupStep.State.FAILED).values_list("error", flat=True))


def _person(login: Login) -> User:
    """Somebody who can sign in with the demo's password; the owner's account came with the claim."""
    user: User | None = User.objects.filter(email=login.email).first()
    if user is None:
        user = create_user(email=login.email, name=login.name, role=login.role)
    if not user.has_usable_password():
        user.password = _one_hash()
        user.save(update_fields=["password"])
        EmailAddress.objects.filter(user=user).update(verified=True)
    return user


@cache
def _one_hash() -> str:
    """Hashing is slow on purpose, and everybody here has the same password."""
    return make_password(PASSWORD)


def _workspace_brand(row: Workspace, *, words: Words) -> None:
    if not Brand.objects.filter(workspace=row).exists():
        save_brand(Brand(reseller=row.reseller, workspace=row, tagline=words.tagline, subline=words.subline))


def _welcome(client: Client, *, row: Workspace) -> None:
    """The form every workspace starts with, in the client's own words, and canned replies."""
    apply_canned(row, CANNED)
    form = ensure_default_form()
    before = form.stamp
    form.title, form.intro = client.business.form, client.business.intro
    save_form(form, fields=form.fields, seen={before})
