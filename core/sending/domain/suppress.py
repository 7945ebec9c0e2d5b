"""Who gets no more mail: adding to the list, and the guard that asks it just before each hand-over.

Who learns of a bounce, a complaint or an objection calls `suppress`; nothing lifts an entry by itself.
Somebody of the team may say that an address from which mail came back is right again.
"""

from django.db import transaction

from core.sending.models import Delivery, Suppression
from core.sending.registry import Obstacle, is_marketing
from core.sending.rules.addresses import address_key
from tenants.audit import record

Scope, Reason = Suppression.Scope, Suppression.Reason

_SAID = {
    Reason.BOUNCE: "Mail to this address came back before.",
    Reason.COMPLAINT: "This person marked our mail as unwanted.",
    Reason.UNSUBSCRIBED: "This person unsubscribed.",
    Reason.ERASED: "This person asked to be forgotten.",
    Reason.MANUAL: "This address was blocked by the team.",
}


def suppress(address: str, *, reason: Suppression.Reason, scope: Suppression.Scope = Scope.ALL) -> None:
    """No more mail of this scope to the address; the first reason stays."""
    row = Suppression(address_key=address_key(address), scope=scope, reason=reason)
    Suppression.objects.bulk_create([row], ignore_conflicts=True)


def why_unreachable(address: str) -> Suppression.Reason | None:
    """Why no mail at all goes to an address; None where it does."""
    rows = Suppression.objects.filter(address_key=address_key(address), scope=Scope.ALL)
    found = rows.values_list("reason", flat=True).first()
    return Reason(found) if found else None


@transaction.atomic
def reach_again(address: str) -> bool:
    """Let mail go again to an address from which it came back; other reasons stay. False for no change."""
    rows = Suppression.objects.filter(address_key=address_key(address), scope=Scope.ALL, reason=Reason.BOUNCE)
    if not rows.delete()[0]:
        return False
    record("mail.reachable", label=address)
    return True


def said(reason: Suppression.Reason) -> str:
    """In one line, why somebody gets no mail."""
    return _SAID[reason]


def obstacle(delivery: Delivery) -> Obstacle | None:
    """The guard: whether the recipient is on the list for this kind of mail."""
    scopes = [Scope.ALL, Scope.MARKETING] if is_marketing(delivery.kind) else [Scope.ALL]
    rows = Suppression.objects.filter(address_key=delivery.to_key, scope__in=scopes)
    found = rows.order_by("scope").first()
    if found is None:
        return None
    return Obstacle(code=f"suppressed_{found.reason}", reason=_SAID[Reason(found.reason)])
