"""Many workspaces at once for benches, each with somebody who can sign in; made once and kept.

Those of another release are migrated by `make bench` itself when it starts.
"""

import sys
from dataclasses import dataclass

from django.conf import settings

from core.accounts.models import User
from tenants.context import Place, place_of, platform, workspace
from tenants.models import Reseller, Workspace
from tenants.provisioning import provision
from tenants.schema import stock

SUFFIX = ".many.bench.test"


@dataclass(frozen=True, slots=True)
class One:
    """A workspace, its host and its owner."""

    place: Place
    host: str
    owner: User


def many(count: int) -> list[One]:
    """The first `count` of them, in a stable order."""
    return [_one(f"n{number:04}{SUFFIX}", number=number) for number in range(count)]


def _one(host: str, *, number: int) -> One:
    with platform():
        row = Workspace.objects.filter(domains__host=host).first() or _make(host, number=number)
    with workspace(row):
        owner = User.objects.get(email=f"owner@{host}")
    return One(place_of(row), host, owner)


def _make(host: str, *, number: int) -> Workspace:
    if number % 50 == 0:
        sys.stderr.write(f"{number} workspaces made\n")
    reseller, _ = Reseller.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    if stock.level() == 0:
        stock.fill(size=10)
    assert settings.SPARE_SCHEMAS == 0  # else the builder of the benches would make more than are wanted
    done = provision(reseller=reseller, name=host, host=host, owner_email=f"owner@{host}", owner_name="Olu")
    assert done.ready
    return done.workspace
