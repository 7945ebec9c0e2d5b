"""The owner of a new workspace until they come in: how their invitation fares, and putting them right.

The account stands inside the workspace and is accounts' matter, which registers how; deploy/onboarding.py
connects the two. Row and account change together, like the claim that made them.
"""

from dataclasses import dataclass
from typing import Protocol

import structlog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from tenants import audit
from tenants.context import place_of, platform, workspace
from tenants.db.base import spanning_transaction
from tenants.models import Workspace

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Invited:
    """The owner as the workspace knows them; `trouble` says why their invitation did not arrive, or is ""."""

    email: str
    name: str
    accepted: bool
    trouble: str = ""


class Find(Protocol):
    """The owner with this address, in the current workspace; None when nobody has it any more."""

    def __call__(self, email: str) -> Invited | None: ...


class Correct(Protocol):
    """Give an owner who has not accepted another address and send the invitation there; older links die.

    Runs in the workspace, in the caller's transaction. Raises ValidationError.
    """

    def __call__(self, row: Workspace, *, email: str, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Accounts:
    find: Find
    correct: Correct


_accounts: list[_Accounts] = []


def register_accounts(*, find: Find, correct: Correct) -> None:
    """Say how an owner's account is read and changed; the last ones registered count."""
    _accounts[:] = [_Accounts(find, correct)]


def owner_of(row: Workspace) -> Invited | None:
    """Read inside the workspace; None while it has no data here, or once its first owner is gone.

    A workspace that cannot be read is shown all the same: its page is where somebody looks then.
    """
    if not row.schema or row.state == Workspace.State.BUILDING or not _accounts:
        return None
    try:
        with workspace(place_of(row)):
            return _accounts[0].find(row.owner_email)
    except DatabaseError as error:
        log.warning("owner_not_read", workspace=str(row.id), error=type(error).__name__)
        return None


def correct_owner(row: Workspace, *, email: str, name: str) -> None:
    """Another address for an owner who has not come in, with a new invitation. Raises ValidationError."""
    with platform(), spanning_transaction(), transaction.atomic():
        locked = Workspace.objects.select_for_update(of=("self",)).select_related("reseller").get(id=row.id)
        if locked.state != Workspace.State.ACTIVE:
            raise ValidationError(f"{locked} is not open. Its owner can be corrected when it is.")
        before = locked.owner_email
        with workspace(locked):
            _accounts[0].correct(locked, email=email, name=name)
        locked.owner_email, locked.owner_name = email, name
        locked.save(update_fields=["owner_email", "owner_name"])
        detail = {"from": before, "to": email}
        audit.record("workspace.correct_owner", target=locked.id, label=locked.name, detail=detail)
    row.owner_email, row.owner_name = email, name
