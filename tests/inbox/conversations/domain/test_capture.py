"""inbox/conversations/domain/capture.py: a lead comes in once, whatever happens around it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.db import connections
from django.utils import timezone

from core.contacts.models import Contact
from inbox.conversations.domain.capture import MAX_BODY, Captured, capture, forget_old_captures
from inbox.conversations.domain.state import resolve
from inbox.conversations.enums import Channel, Direction, MessageState, State
from inbox.conversations.models import Capture, Conversation, Message
from tenants.context import Place, place_of, workspace
from tenants.models import Workspace
from tests.inbox.makers import LEAD


def counts() -> tuple[int, int, int]:
    return Contact.objects.count(), Conversation.objects.count(), Message.objects.count()


def test_it_works(in_alice: Place) -> None:
    found = capture(LEAD)
    row = Conversation.objects.get(id=found.conversation.id)
    assert (row.channel, row.subject, row.state) == ("form", "Contact us", State.OPEN)
    assert (row.preview, row.message_count, row.next_seq) == ("Do you deliver on Mondays?", 1, 2)
    assert (row.last_direction, row.waiting_since) == (Direction.IN, row.last_message_at)
    message = row.messages.get()
    assert (message.seq, message.direction, message.state) == (1, Direction.IN, MessageState.RECEIVED)
    assert (message.body_text, found.contact.source_first, found.duplicate) == (
        LEAD.text,
        "form:contact",
        False,
    )


def test_the_same_again_is_the_first_one(in_alice: Place) -> None:
    first, again = capture(LEAD), capture(LEAD)
    assert (again.duplicate, again.same_content, again.message.id) == (True, True, first.message.id)
    assert (again.conversation.id, again.contact.id) == (first.conversation.id, first.contact.id)
    assert counts() == (1, 1, 1)


def test_other_words_are_another_lead_of_the_same_person(in_alice: Place) -> None:
    capture(LEAD)
    assert capture(replace(LEAD, text="And on Tuesdays?")).duplicate is False
    assert counts() == (1, 2, 2)


def test_an_external_id_is_the_identity_whatever_it_says(in_alice: Place) -> None:
    first = capture(replace(LEAD, external_id="4711"))
    again = capture(replace(LEAD, external_id="4711", text="Changed"))
    assert (again.message.id, again.duplicate, again.same_content) == (first.message.id, True, False)
    assert capture(replace(LEAD, external_id="4711", source="api:shop")).duplicate is False


def test_after_a_day_the_same_words_are_a_new_lead(in_alice: Place) -> None:
    first = capture(LEAD)
    Capture.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    again = capture(LEAD)
    assert (again.duplicate, again.message.id != first.message.id, Capture.objects.count()) == (
        False,
        True,
        1,
    )
    assert capture(LEAD).message.id == again.message.id


def test_the_sweep_forgets_what_is_over_and_keeps_the_rest(in_alice: Place) -> None:
    capture(LEAD)
    forget_old_captures()
    assert Capture.objects.count() == 1
    Capture.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forget_old_captures()
    assert Capture.objects.count() == 0


def test_an_answer_goes_on_in_its_conversation_and_reopens_it(in_alice: Place, alice: Any) -> None:
    first = capture(LEAD)
    resolve(first.conversation, by=alice)
    answer = replace(LEAD, text="Still there?", channel=Channel.EMAIL, conversation_id=first.conversation.id)
    found = capture(answer)
    row = Conversation.objects.get(id=first.conversation.id)
    assert (found.conversation.id, row.state, row.message_count) == (row.id, State.OPEN, 2)
    assert list(row.messages.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert row.waiting_since == row.last_message_at


def test_an_answer_to_a_deleted_conversation_is_not_lost(in_alice: Place) -> None:
    first = capture(LEAD)
    gone = first.conversation.id
    Conversation.objects.filter(id=gone).delete()
    found = capture(replace(LEAD, text="Still there?", conversation_id=gone))
    assert (found.duplicate, found.conversation.id != gone) == (False, True)


def test_what_cannot_be_stored_is_left_out_and_what_is_too_long_is_cut(in_alice: Place) -> None:
    long = replace(
        LEAD, name="Z\0oë\ud800", subject="s" * 400, text="x" * (MAX_BODY + 1), message_id="<" + "i" * 2000
    )
    found = capture(long)
    row = Conversation.objects.select_related("contact").get(id=found.conversation.id)
    message = row.messages.get()
    assert (row.contact.name, len(row.subject), len(message.message_id)) == ("Zoë", 300, 998)
    assert message.body_text == "x" * MAX_BODY + "\n\n[The rest was too long and was cut.]"


def test_the_wait_began_with_the_first_unanswered_message(in_alice: Place) -> None:
    first = capture(LEAD)
    since = Conversation.objects.get().waiting_since
    capture(replace(LEAD, text="Hello?", conversation_id=first.conversation.id))
    assert Conversation.objects.get().waiting_since == since


def test_eight_at_once_are_one_lead(fresh_workspace: Callable[[], Workspace]) -> None:
    place, barrier = place_of(fresh_workspace()), Barrier(8)

    def arrive(number: int) -> Captured:
        try:
            with workspace(place):
                barrier.wait(timeout=20)
                return capture(LEAD)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(arrive, range(8)))
    with workspace(place):
        assert counts() == (1, 1, 1)
    assert len({one.message.id for one in found}) == 1
    assert sorted(one.duplicate for one in found) == [False] + [True] * 7


def test_eight_at_once_after_a_day_are_one_new_lead(fresh_workspace: Callable[[], Workspace]) -> None:
    place, barrier = place_of(fresh_workspace()), Barrier(8)
    with workspace(place):
        capture(LEAD)
        Capture.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def arrive(number: int) -> bool:
        try:
            with workspace(place):
                barrier.wait(timeout=20)
                return capture(LEAD).duplicate
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(arrive, range(8))) == [False] + [True] * 7
    with workspace(place):
        assert counts() == (1, 2, 2)


def test_eight_answers_at_once_are_numbered_without_holes(fresh_workspace: Callable[[], Workspace]) -> None:
    place, barrier = place_of(fresh_workspace()), Barrier(8)
    with workspace(place):
        first = capture(LEAD)

    def answer(number: int) -> None:
        try:
            with workspace(place):
                barrier.wait(timeout=20)
                capture(replace(LEAD, text=f"Answer {number}", conversation_id=first.conversation.id))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(answer, range(8)))
    with workspace(place):
        seqs = list(Message.objects.order_by("seq").values_list("seq", flat=True))
        row = Conversation.objects.get()
    assert (seqs, row.next_seq, row.message_count) == (list(range(1, 10)), 10, 9)
