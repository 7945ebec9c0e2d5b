"""What the sweep heals: expired leases, missed wake-ups, endings that nobody heard."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.sending.domain import settle, sweep
from core.sending.domain.announce import tell_again
from core.sending.domain.claim import LEASE, claim
from core.sending.domain.handoff import hand_over
from core.sending.domain.queue import queue
from core.sending.identity import Sender
from core.sending.models import Delivery
from core.sending.rules.answers import NotHandedOver, Refused
from core.sending.signals import delivery_settled
from tests.core.sending.conftest import NOTE
from tests.core.sending.sink import Sink

ALICE = Sender(name="", domain="alice.test")

pytestmark = pytest.mark.usefixtures("in_alice", "empty_ledger")


def claimed() -> Delivery:
    row = claim(queue(kind=NOTE, ref="1", to="zoe@example.org").id, sender=ALICE)
    assert row
    return row


def lease_is_over(row: Delivery) -> None:
    Delivery.objects.filter(id=row.id).update(lease_until=timezone.now() - timedelta(seconds=1))


def state_of(row: Delivery) -> str:
    return str(Delivery.objects.get(id=row.id).state)


def test_a_claim_is_for_one() -> None:
    row = claimed()
    assert (row.state, row.attempts, claim(row.id, sender=ALICE)) == (
        "sending",
        1,
        None,
    )


def test_a_lease_that_holds_is_left_alone() -> None:
    row = claimed()
    sweep.expire_leases()
    assert state_of(row) == "sending"


def test_an_expired_lease_is_unknown_and_never_sent(sink: Sink) -> None:
    row = claimed()
    lease_is_over(row)
    sweep.sweep()
    hand_over([row.id])
    row.refresh_from_db()
    assert (row.state, row.code, row.reason) == ("unknown", "interrupted", settle.LEASE_OVER)
    assert sink.accepted == []


def test_a_late_worker_still_knows_better() -> None:
    row = claimed()
    lease_is_over(row)
    sweep.sweep()
    settle.settle_sent(row)
    assert state_of(row) == "sent"


def test_a_late_try_again_is_a_failure_that_a_person_decides_on() -> None:
    row = claimed()
    lease_is_over(row)
    sweep.sweep()
    settle.give_verdict(row, error=Refused("later", code=451))
    assert state_of(row) == "failed"


def test_a_worker_whose_claim_was_taken_over_settles_nothing() -> None:
    row = claimed()
    settle.give_verdict(row, error=NotHandedOver("down"))
    Delivery.objects.filter(id=row.id).update(next_attempt_at=timezone.now())
    newer = claim(row.id, sender=ALICE)
    assert newer
    settle.settle_sent(row)
    assert state_of(row) == "sending"
    settle.settle_sent(newer)
    assert state_of(row) == "sent"


def test_missed_wake_ups_are_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr("core.sending.domain.wake.enqueue", lambda *args: woken.append(args))
    rows = [queue(kind=NOTE, ref=str(number), to="zoe@example.org") for number in range(3)]
    Delivery.objects.filter(id=rows[2].id).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    woken.clear()
    sweep.wake_due()
    assert woken == [("core.sending.send", str(rows[0].id), str(rows[1].id))]


def test_many_are_woken_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(51):
        queue(kind=NOTE, ref=str(number), to="zoe@example.org")
    woken: list[int] = []
    monkeypatch.setattr("core.sending.domain.wake.enqueue", lambda name, *ids: woken.append(len(ids)))
    sweep.wake_due()
    assert woken == [50, 1]


def test_an_ending_that_was_not_heard_is_told_again() -> None:
    row = claimed()
    heard: list[str] = []

    def deaf(sender: Any, **kwargs: Any) -> None:
        raise RuntimeError("oops")

    def listen(sender: Any, delivery: Delivery, **kwargs: Any) -> None:
        heard.append(delivery.state)

    delivery_settled.connect(deaf)
    settle.settle_sent(row)
    delivery_settled.disconnect(deaf)
    delivery_settled.connect(listen)
    tell_again()
    tell_again()
    delivery_settled.disconnect(listen)
    assert heard == ["sent"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_sweep_asks_the_same_few_questions_however_much_waits(
    rows: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for number in range(rows):
        queue(kind=NOTE, ref=str(number), to="zoe@example.org")
    with django_assert_num_queries(4):
        sweep.sweep()


def test_the_lease_is_longer_than_a_hand_over_can_take() -> None:
    from core.sending.smtp import END_TIMEOUT, STEP_TIMEOUT

    steps = 8  # connect, greeting, EHLO, login (2), MAIL, RCPT, DATA
    assert timedelta(seconds=steps * STEP_TIMEOUT + END_TIMEOUT) < LEASE
