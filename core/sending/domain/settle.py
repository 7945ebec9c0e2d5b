"""Writes down how a hand-over ended, under the worker's own claim, and tells whoever waits for it.

A worker that was slower than its lease still knows better than the sweep, so its answer also settles a row
that is `unknown` meanwhile, unless somebody has taken the row again since.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.sending.domain.announce import announce, announce_delay
from core.sending.domain.suppress import suppress
from core.sending.domain.wake import note_retry
from core.sending.models import Delivery, Suppression
from core.sending.registry import Obstacle
from core.sending.rules.answers import Refused
from core.sending.rules.fates import is_gone, status_in
from core.sending.rules.retry import Fate, Verdict, decide

State = Delivery.State
LEASE_OVER = "The sending was interrupted; the message may have arrived."


def settle_sent(delivery: Delivery) -> None:
    _settle(delivery, state=State.SENT, smtp_code=250)


def settle_skipped(delivery: Delivery, *, obstacle: Obstacle) -> None:
    _settle(delivery, state=State.SKIPPED, code=obstacle.code, reason=obstacle.reason)


def settle_unknown(delivery: Delivery) -> None:
    """The lease is over and nobody said how it ended."""
    _settle(delivery, state=State.UNKNOWN, code="interrupted", reason=LEASE_OVER)


def give_verdict(delivery: Delivery, *, error: Exception) -> None:
    """What the one function of the exception says: another try, failed, or unknown."""
    verdict = decide(error, attempts=delivery.attempts, age=timezone.now() - delivery.created_at)
    if verdict.fate is Fate.RETRY and _release(delivery, verdict=verdict):
        return
    # A late "try again" for a row already shown as unknown: it did not arrive, and a person decides.
    state = State.UNKNOWN if verdict.fate is Fate.UNKNOWN else State.FAILED
    if isinstance(error, Refused) and delivery.contact_id is not None and is_gone(status_in(error.text)):
        suppress(delivery.to, reason=Suppression.Reason.BOUNCE)
    _settle(delivery, state=state, code=verdict.slug, reason=verdict.error, smtp_code=verdict.code)


@transaction.atomic(durable=True)
def _release(delivery: Delivery, *, verdict: Verdict) -> bool:
    due = timezone.now() + verdict.wait
    released = _mine(delivery, known=[State.SENDING]).update(
        state=State.QUEUED,
        next_attempt_at=due,
        lease_until=None,
        claim=None,
        code=verdict.slug,
        reason=verdict.error,
        smtp_code=verdict.code,
    )
    if released:
        note_retry(due)
        announce_delay(Delivery.objects.get(id=delivery.id))
    return bool(released)


@transaction.atomic(durable=True)
def _settle(
    delivery: Delivery,
    *,
    state: Delivery.State,
    code: str = "",
    reason: str = "",
    smtp_code: int | None = None,
) -> None:
    settled = _mine(delivery, known=[State.SENDING, State.UNKNOWN]).update(
        state=state,
        code=code,
        reason=reason,
        smtp_code=smtp_code,
        settled_at=timezone.now(),
        lease_until=None,
        payload={},
        announced=False,
    )
    if settled:
        announce(Delivery.objects.get(id=delivery.id))


def _mine(delivery: Delivery, *, known: list[Delivery.State]) -> Any:
    return Delivery.objects.filter(id=delivery.id, claim=delivery.claim, state__in=known)
