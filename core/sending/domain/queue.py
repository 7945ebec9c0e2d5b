"""Puts a mail on the ledger, inside the caller's transaction; the same mail to the same person is one row.

It leaves after the commit, in handoff.py, where those who wait also hear of one that is skipped at once.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.sending.domain.wake import wake
from core.sending.models import Delivery
from core.sending.rules.addresses import InvalidAddress, address_key, deliverable
from core.sending.rules.headers import one_line

NOT_AN_ADDRESS = "This is not an e-mail address that can be written to."


@transaction.atomic
def queue(
    *,
    kind: str,
    ref: str,
    to: str,
    contact_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
    automatic: bool = False,
) -> Delivery:
    """The delivery of `ref` to `to`, new or as it stands; text that is no address gets a row that is skipped.

    `automatic` is for mail that no person wrote to this recipient: it says so to robots (RFC 3834).
    """
    row = _row(to, kind=kind, ref=ref, contact_id=contact_id, payload=payload or {}, automatic=automatic)
    Delivery.objects.bulk_create([row], ignore_conflicts=True)
    stored: Delivery = Delivery.objects.get(kind=kind, ref=ref, to_key=row.to_key)
    if stored.id == row.id:
        wake([stored.id])
    return stored


def _row(to: str, **columns: Any) -> Delivery:
    """A new row; settled already when there is no address to send to."""
    row = Delivery(to_key=address_key(to), **columns)
    try:
        row.to = deliverable(to)
    except InvalidAddress:
        row.to, row.payload = one_line(to, limit=320), {}
        row.state, row.code, row.reason = Delivery.State.SKIPPED, "not_an_address", NOT_AN_ADDRESS
        row.settled_at = timezone.now()
    return row
