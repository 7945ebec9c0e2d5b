"""Breaks storms: what comes from one address beyond so many mails a minute is kept, and no more.

No conversation, no notice and no automatic answer comes of it. The team sees whose mail is held back, and
brings it in or lets it go.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.api.throttle import hit
from core.contacts.rules import email_key
from inbox.transports.email.domain.keep import READ
from inbox.transports.email.models import HeldMail, InboundMail
from tenants.audit import record
from tenants.tasks import enqueue

MOST, SECONDS = 30, 60
"""At most so many mails of one address in so many seconds; a person writes less."""
AT_ONCE = 200
"""How many held mails one press of the button moves."""
HELD = "Too many mails came from this address at once."
LET_GO = "It was one of too many at once, and the team let it go."


def breaks(inbound: InboundMail, *, sender: str) -> bool:
    """Whether this mail is one too many, counted now. One that the team has brought in is none."""
    if HeldMail.objects.filter(inbound=inbound, released=True).exists():
        return False
    return not hit(f"storm:{email_key(sender) or sender}", limit=MOST, seconds=SECONDS).allowed


def bring_in(sender: str) -> int:
    """Have the oldest held mails of an address read after all; how many."""
    return _settle(sender, state=InboundMail.State.RECEIVED)


def let_go(sender: str) -> int:
    """Leave the oldest held mails of an address out of the inbox; how many. They are kept for a month."""
    return _settle(sender, state=InboundMail.State.IGNORED)


@transaction.atomic
def _settle(sender: str, *, state: InboundMail.State) -> int:
    comes_in = state == InboundMail.State.RECEIVED
    rows = HeldMail.objects.select_for_update(skip_locked=True).filter(sender=sender, released=False)
    held = list(rows.order_by("id")[:AT_ONCE])
    if not held:
        return 0
    HeldMail.objects.filter(id__in=[row.id for row in held]).update(released=True)
    _write([row.inbound_id for row in held], state=state)
    for row in held if comes_in else []:
        enqueue(READ, str(row.inbound_id))
    act = "mail.bring_in" if comes_in else "mail.let_go"
    record(act, label=sender, detail={"count": len(held)})
    return len(held)


def _write(ids: list[UUID], *, state: InboundMail.State) -> None:
    waits = state == InboundMail.State.RECEIVED
    rows = InboundMail.objects.filter(id__in=ids, state=InboundMail.State.HELD)
    rows.update(
        state=state,
        attempts=0,
        reason="" if waits else LET_GO,
        settled_at=None if waits else timezone.now(),
    )
