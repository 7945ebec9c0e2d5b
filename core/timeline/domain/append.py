"""Adds a line to the log of the current place, in the transaction of the act itself.

It is what tenants.audit.record leads to; whose act it was is read off the request (core/accounts/acting.py).
"""

import hashlib
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from core.accounts.acting import Acting, note_recorded, who
from core.timeline.models import AuditEntry
from core.timeline.rules import cut, hash_of, keepable
from tenants.audit import Act
from tenants.context import Place, current
from tenants.models import Workspace


def append(act: Act) -> None:
    """One line, after all others. Nobody else writes one here until this transaction is over.

    So it is the last thing an act does: who holds the log and then waits for a row may wait for ever.
    """
    place = current()
    with transaction.atomic():
        facts = {**_actor(act, place=place), **_matter(act, place=place)}
        _lock(place)
        last = AuditEntry.objects.order_by("-seq").values_list("seq", "hash").first()
        seq, prev_hash = last or (0, "")
        entry = AuditEntry(seq=seq + 1, at=timezone.now(), prev_hash=prev_hash, **facts)
        entry.hash = hash_of(entry.__dict__)
        entry.save(force_insert=True)
    if not place.is_platform:
        note_recorded()


def _lock(place: Place) -> None:
    """One writer at a time in this place's log; it is given back with the transaction."""
    number = int.from_bytes(hashlib.sha256(f"log:{place.schema}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [number])


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
