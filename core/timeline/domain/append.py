"""Adds a line to the log of the current place, in the transaction of the act itself.

It is what tenants.audit.record leads to; whose act it was is read off the request (core/accounts/acting.py).
The line is pending until a worker, woken by the commit, gives it its number and hash (chain.py next door).
"""

from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.accounts.acting import Acting, note_recorded, who
from core.timeline.domain.chain import chain_soon
from core.timeline.models import PendingEntry
from core.timeline.rules import cut, keepable
from tenants.audit import Act
from tenants.context import Place, current
from tenants.models import Workspace


def append(act: Act) -> None:
    """One line, if and only if the current transaction commits; nobody waits for it, and it for nobody."""
    with transaction.atomic():
        line = write(act)
        transaction.on_commit(partial(chain_soon, current(), at=line.at))
    if not current().is_platform:
        note_recorded()


def write(act: Act) -> PendingEntry:
    """The line alone; whoever calls this has it chained."""
    place = current()
    line = PendingEntry(at=timezone.now(), **_actor(act, place=place), **_matter(act, place=place))
    line.save(force_insert=True)
    return line


def _actor(act: Act, *, place: Place) -> dict[str, Any]:
    """Who it was. Somebody of a console who acts inside a workspace is named with their house."""
    acting = who()
    if acting is None or acting.user is None:
        address = acting.address if acting else ""
        return {"actor_name": cut(act.actor or "The system", 250), "address": cut(address, 45)}
    user, house = acting.user, acting.site.name
    facts: dict[str, Any] = {"address": cut(acting.address, 45)}
    if acting.site.place.schema != place.schema and acting.stay:
        behind = f"{acting.stay.person}, {acting.stay.house}"
        return {
            **facts,
            "actor_name": cut(acting.stay.person.partition(" <")[0], 250),
            "behind": cut(behind, 560),
        }
    if acting.site.place.schema != place.schema:
        behind = f"{user.display_name} <{user.email}>, {house}"
        return {**facts, "actor_name": cut(f"{user.display_name} ({house})", 250), "behind": cut(behind, 560)}
    facts |= {"actor_id": user.id, "actor_name": cut(user.display_name, 250)}
    if acting.stay:
        behind = f"{acting.stay.person}, {acting.stay.house}"
        facts |= {"behind": cut(behind, 560), "support_id": acting.stay.id}
    return facts


def _matter(act: Act, *, place: Place) -> dict[str, Any]:
    detail = dict(act.detail)
    reseller = detail.pop("reseller", None)
    return {
        "action": cut(act.action, 60),
        "target": cut(act.target, 80),
        "label": cut(act.label, 250),
        "detail": keepable(detail),
        "reseller_id": _reseller(act, named=reseller, acting=who()) if place.is_platform else None,
    }


def _reseller(act: Act, *, named: object, acting: Acting | None) -> UUID | None:
    """Whose matter it is: as the act says, or the reseller of the console or of the workspace acted upon."""
    with suppress(ValueError):
        if named:
            return UUID(str(named))
        if acting and acting.site.reseller_id and not acting.site.is_workspace:
            return acting.site.reseller_id
        if act.action.startswith("workspace."):
            rows = Workspace.objects.filter(id=UUID(act.target))
            return rows.values_list("reseller_id", flat=True).first()
        if act.action.startswith("reseller."):
            return UUID(act.target)
    return None
