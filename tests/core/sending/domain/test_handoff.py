"""Handing over: what leaves, what the ledger says afterwards, and who is asked before."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.sending import registry
from core.sending.domain.handoff import hand_over
from core.sending.domain.queue import queue
from core.sending.domain.suppress import Reason, Scope, suppress
from core.sending.models import Delivery
from core.sending.outgoing import Outgoing
from core.sending.signals import delivery_delayed, delivery_settled
from core.sending.tokens import read_address
from tenants.context import Place, platform
from tenants.models import Workspace
from tenants.states import archive, mark_past_due, reactivate, restore, suspend
from tests.core.sending.conftest import NOTE
from tests.core.sending.sink import Sink, free_port

pytestmark = pytest.mark.usefixtures("in_alice")


def sent(to: str = "zoe@example.org", *, ref: str = "1", kind: str = NOTE) -> Delivery:
    """Queue a note, hand it over, and read it again."""
    row = queue(kind=kind, ref=ref, to=to)
    hand_over([row.id])
    row.refresh_from_db()
    return row


def wait_is_over(row: Delivery) -> None:
    Delivery.objects.filter(id=row.id).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_it_works(sink: Sink) -> None:
    row = sent()
    assert (row.state, row.smtp_code, row.attempts, row.reason) == ("sent", 250, 1, "")
    assert [mail["To"] for mail in sink.mails] == ["zoe@example.org"]


def test_the_mail_is_the_workspaces_own(sink: Sink, alice_ws: Workspace) -> None:
    row = sent()
    mail = sink.mails[0]
    assert (mail["From"], mail["Message-ID"], mail["X-Loop"]) == (
        "Alice's <replies@alice.test>",
        f"<{row.id.hex}@alice.test>",
        "replies@alice.test",
    )
    mail_from, recipients = sink.envelopes[0]
    assert read_address(mail_from or "") == ("b", row.id)
    assert (recipients, mail["Auto-Submitted"]) == (["zoe@example.org"], None)


def test_a_second_hand_over_sends_nothing(sink: Sink) -> None:
    row = sent()
    hand_over([row.id, row.id])
    assert len(sink.accepted) == 1


def test_a_passing_refusal_waits_and_leaves_as_the_same_mail(sink: Sink) -> None:
    sink.at_rcpt = ["451 greylisted"]
    row = sent()
    assert (row.state, row.code, row.smtp_code) == ("queued", "deferred", 451)
    assert row.reason == "The mail server asked to try later: greylisted"
    assert timedelta(seconds=50) < row.next_attempt_at - timezone.now() < timedelta(seconds=61)
    hand_over([row.id])
    assert len(sink.accepted) == 0
    wait_is_over(row)
    hand_over([row.id])
    first_id = row.message_id
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason, row.message_id) == ("sent", 2, "", first_id)


@pytest.mark.parametrize("answer", ["550 no such user", "552 too big", "554 no"])
def test_a_final_refusal_is_final(sink: Sink, answer: str) -> None:
    sink.at_data = [answer]
    row = sent()
    assert (row.state, row.code, row.smtp_code) == ("failed", "refused", int(answer[:3]))
    wait_is_over(row)
    hand_over([row.id])
    assert len(sink.accepted) == 0


def test_silence_after_the_whole_mail_is_unknown_and_never_sent_again(sink: Sink) -> None:
    sink.at_data = ["accept and cut"]
    row = sent()
    assert (row.state, row.code) == ("unknown", "unanswered")
    wait_is_over(row)
    hand_over([row.id])
    assert len(sink.accepted) == 1


def test_no_server_is_tried_again(settings: Any) -> None:
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    row = sent()
    assert (row.state, row.code, row.lease_until, row.claim) == ("queued", "not_handed_over", None, None)


def test_after_72_hours_it_has_failed(settings: Any) -> None:
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    Delivery.objects.filter(id=row.id).update(created_at=timezone.now() - timedelta(hours=72))
    hand_over([row.id])
    row.refresh_from_db()
    assert (row.state, row.reason[:23]) == ("failed", "Given up after 72 hours")


def test_one_bad_address_does_not_hold_up_the_rest(sink: Sink) -> None:
    sink.at_rcpt = ["550 no", "250 OK", "421 busy", "250 OK"]
    rows = [queue(kind=NOTE, ref="1", to=f"p{number}@example.org") for number in range(4)]
    hand_over([row.id for row in rows])
    states = [Delivery.objects.get(id=row.id).state for row in rows]
    assert (states, len(sink.accepted)) == (["failed", "sent", "queued", "sent"], 2)


def test_a_suppressed_address_is_skipped_even_if_it_was_queued_before(sink: Sink) -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    suppress("ZOE@example.org", reason=Reason.BOUNCE)
    hand_over([row.id])
    row.refresh_from_db()
    assert (row.state, row.code, row.reason) == (
        "skipped",
        "suppressed_bounce",
        "Mail to this address came back before.",
    )
    assert sink.accepted == []


def test_mail_of_a_suspended_workspace_waits_until_it_is_open_again(
    sink: Sink, alice_ws: Workspace, in_alice: Place
) -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    for act, accepted, state in ((suspend, 0, "queued"), (reactivate, 1, "sent")):
        with platform():
            act(alice_ws, by=Workspace.Side.PLATFORM)
        hand_over([row.id])
        row.refresh_from_db()
        assert (row.state, len(sink.accepted)) == (state, accepted)


def test_mail_of_an_archived_workspace_waits_until_it_is_restored(sink: Sink, alice_ws: Workspace) -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    for act, accepted in ((archive, 0), (restore, 1)):
        act(alice_ws)
        hand_over([row.id])
        assert len(sink.accepted) == accepted


def test_what_was_queued_before_a_payment_was_due_still_leaves(sink: Sink, alice_ws: Workspace) -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    mark_past_due(alice_ws)
    hand_over([row.id])
    assert len(sink.accepted) == 1


def test_unsubscribing_stops_marketing_only(sink: Sink) -> None:
    suppress("zoe@example.org", reason=Reason.UNSUBSCRIBED, scope=Scope.MARKETING)
    states = [sent(kind=kind, ref=kind).state for kind in ("test.offer", NOTE)]
    assert states == ["skipped", "sent"]


def test_a_kind_nobody_composes_fails(sink: Sink) -> None:
    row = sent(kind="test.gone")
    assert (row.state, row.code) == ("failed", "not_composed")


def test_a_header_that_would_break_out_fails(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = registry.Kind(
        lambda _: Outgoing(subject="x", text="", reply_to="x\r\nBcc: eve@evil.test"), marketing=False
    )
    monkeypatch.setitem(registry._kinds, NOTE, bad)
    row = sent()
    assert (row.state, row.code, sink.accepted) == ("failed", "not_composed", [])


def test_a_fault_of_our_own_while_composing_is_tried_again(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(delivery: Delivery) -> Outgoing:
        raise RuntimeError("oops")

    monkeypatch.setitem(registry._kinds, NOTE, registry.Kind(broken, marketing=False))
    row = sent()
    assert (row.state, row.code, "oops" in row.reason) == ("queued", "fault", False)


def test_listeners_hear_how_it_ended(sink: Sink) -> None:
    heard: list[tuple[str, str]] = []

    def listen(sender: Any, delivery: Delivery, **kwargs: Any) -> None:
        heard.append((delivery.ref, delivery.state))

    delivery_settled.connect(listen)
    sink.at_rcpt = ["250 OK", "550 no", "451 later"]
    for ref in ("a", "b", "c"):
        sent(ref=ref)
    delivery_settled.disconnect(listen)
    assert heard == [("a", "sent"), ("b", "failed")]


def test_listeners_hear_why_a_mail_has_to_wait(sink: Sink) -> None:
    heard: list[tuple[str, str]] = []

    def listen(sender: Any, delivery: Delivery, **kwargs: Any) -> None:
        heard.append((delivery.state, delivery.reason))
        raise RuntimeError("whose fault undoes nothing")

    delivery_delayed.connect(listen)
    sink.at_rcpt = ["451 later"]
    row = sent()
    delivery_delayed.disconnect(listen)
    assert heard == [("queued", "The mail server asked to try later: later")]
    assert (row.state, row.claim) == ("queued", None)


def test_listeners_hear_of_a_mail_that_is_skipped_for_its_address(sink: Sink) -> None:
    heard: list[str] = []

    def listen(sender: Any, delivery: Delivery, **kwargs: Any) -> None:
        heard.append(delivery.code)

    delivery_settled.connect(listen)
    row = sent(to="nobody")
    hand_over([row.id])
    delivery_settled.disconnect(listen)
    assert (heard, sink.accepted) == (["not_an_address"], [])


def test_a_listeners_fault_does_not_undo_the_settling(sink: Sink) -> None:
    def broken(sender: Any, **kwargs: Any) -> None:
        Delivery.objects.update(reason="half done")
        raise RuntimeError("oops")

    delivery_settled.connect(broken)
    row = sent()
    delivery_settled.disconnect(broken)
    assert (row.state, row.reason, row.announced) == ("sent", "", False)


def test_nothing_is_sent_inside_a_transaction(sink: Sink) -> None:
    from django.db import transaction

    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    with pytest.raises(RuntimeError), transaction.atomic():
        hand_over([row.id])
    assert sink.accepted == []
