"""What a teammate does: answer, send again, resolve, assign, mark as seen, note a lead by hand."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from core.accounts.models import User
from core.contacts.models import Contact
from core.sending.models import Delivery
from inbox.conversations.by_mail import REPLY
from inbox.conversations.domain.capture import Captured
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.enums import MessageState
from inbox.conversations.models import Conversation, Message, SeenMark
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, part, url

WRITES = ("reply", "set_state", "set_assignee", "seen")
BODIES = {
    "reply": {"text": "Mine now"},
    "set_state": {"state": "resolved"},
    "set_assignee": {},
    "seen": {"seq": "1"},
}


@pytest.fixture
def lead(alice_ws: Workspace) -> Captured:
    with workspace(alice_ws):
        return a_lead()


@pytest.fixture
def failed(alice_ws: Workspace, bob: User, lead: Captured) -> Message:
    with workspace(alice_ws):
        message = queue_reply(lead.conversation, author=bob, text="Yes.")
        message.state = MessageState.FAILED
        message.save(update_fields=["state"])
        return message


def row(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        found: Conversation = Conversation.objects.get()
        return found


def test_it_works(alice_ws: Workspace, bobs: Client, bob: User, lead: Captured) -> None:
    answer = bobs.post(
        url("inbox:reply", lead.conversation.id), {"text": " Yes, we do. "}, **part("messages")
    )
    assert (answer.status_code, answer.content.count(b'data-live="message"')) == (200, 1)
    with workspace(alice_ws):
        message = Message.objects.get(seq=2)
        assert (message.body_text, message.author_id, message.state) == ("Yes, we do.", bob.id, "queued")
        assert Delivery.objects.filter(kind=REPLY).count() == 1


def test_it_works_without_scripts(bobs: Client, lead: Captured) -> None:
    thread = url("inbox:thread", lead.conversation.id)
    for name in WRITES[:3]:
        answer = bobs.post(url(f"inbox:{name}", lead.conversation.id), BODIES[name])
        assert (name, answer.status_code, answer["Location"]) == (name, 302, thread)


def test_it_checks_permission(lead: Captured, visitor: Callable[[str], Client]) -> None:
    for name in WRITES:
        answer = visitor(world.ALICE_HOST).post(url(f"inbox:{name}", lead.conversation.id), BODIES[name])
        where = answer["Location"].partition("?")[0]
        assert (name, answer.status_code, where) == (name, 302, url("account_login"))


def test_other_workspace_gets_404(
    alice_ws: Workspace, mallorys: Client, lead: Captured, failed: Message
) -> None:
    before = row(alice_ws).__dict__.copy()
    for name in WRITES:
        answer = mallorys.post(url(f"inbox:{name}", lead.conversation.id), BODIES[name])
        assert (name, answer.status_code) == (name, 404)
    answer = mallorys.post(url("inbox:retry", lead.conversation.id, failed.id))
    assert answer.status_code == 404
    after = row(alice_ws).__dict__.copy()
    assert {**after, "_state": None} == {**before, "_state": None}


def test_a_get_changes_nothing(alice_ws: Workspace, bobs: Client, lead: Captured) -> None:
    for name in WRITES:
        assert (name, bobs.get(url(f"inbox:{name}", lead.conversation.id)).status_code) == (name, 405)
    assert row(alice_ws).message_count == 1


def test_a_foreign_page_cannot_write(alice_ws: Workspace, bob: User, bobs: Client, lead: Captured) -> None:
    strict = Client(HTTP_HOST=world.ALICE_HOST, enforce_csrf_checks=True)
    strict.cookies = bobs.cookies
    for name in WRITES:
        answer = strict.post(
            url(f"inbox:{name}", lead.conversation.id), BODIES[name], HTTP_ORIGIN="https://evil.test"
        )
        assert (name, answer.status_code) == (name, 403)
    assert row(alice_ws).message_count == 1


BAD_REPLIES = [
    ("", "Write something or attach a file before you send it."),
    ("   \n ", "Write something or attach a file before you send it."),
    ("a\0b", "Your reply has a character that cannot be stored. Remove it and send again."),
    ("x" * 20_001, "Your reply can have at most 20,000 characters; this has 20,001."),
]


@pytest.mark.parametrize(("text", "error"), BAD_REPLIES)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bobs: Client, lead: Captured, text: str, error: str
) -> None:
    for headers in ({}, part("composer")):
        answer = bobs.post(url("inbox:reply", lead.conversation.id), {"text": text}, **headers)
        assert answer.status_code == 422
        assert answer.context["reply_form"].errors == {"text": [error]}
        assert answer.context["reply_form"]["text"].value() == text
    assert row(alice_ws).message_count == 1


def test_who_left_no_address_cannot_be_answered(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        found = a_lead(email="", phone="+49 30 901820")
    page = bobs.get(url("inbox:thread", found.conversation.id)).content.decode()
    said = "left no e-mail address. Answer them by phone (+49 30 901820) or in person."
    assert (said in page, "data-composer" in page) == (True, False)
    answer = bobs.post(url("inbox:reply", found.conversation.id), {"text": "Hello?"}, **part("composer"))
    assert (answer.status_code, answer.context["reply_form"]["text"].value()) == (422, "Hello?")


def test_more_fields_than_asked_for_change_nothing(
    alice_ws: Workspace, bobs: Client, alice: User, bob: User, lead: Captured
) -> None:
    extra = {
        "text": "Yes.",
        "author": alice.id,
        "seq": 99,
        "state": "sent",
        "direction": "in",
        "id": lead.message.id,
    }
    bobs.post(url("inbox:reply", lead.conversation.id), extra, **part("messages"))
    with workspace(alice_ws):
        message = Message.objects.get(seq=2)
        assert (message.author_id, message.state, message.direction) == (bob.id, "queued", "out")


def test_resolve_and_reopen(alice_ws: Workspace, bobs: Client, lead: Captured) -> None:
    for state in ("resolved", "open"):
        answer = bobs.post(url("inbox:set_state", lead.conversation.id), {"state": state}, **part("reading"))
        assert (answer.status_code, row(alice_ws).state) == (200, state)


@pytest.mark.parametrize("sent", [{}, {"state": ""}, {"state": "gone"}])
def test_without_a_state_nothing_is_resolved(
    alice_ws: Workspace, bobs: Client, lead: Captured, sent: dict[str, str]
) -> None:
    answer = bobs.post(url("inbox:set_state", lead.conversation.id), sent)
    said = "Say which state the conversation gets: open, pending or resolved."
    assert (answer.status_code, answer.content.decode()) == (400, said)
    assert row(alice_ws).state == "open"


def test_assign_to_me_and_unassign(alice_ws: Workspace, bobs: Client, bob: User, lead: Captured) -> None:
    for body, owner in (({}, bob.id), ({"to": "nobody"}, None)):
        bobs.post(url("inbox:set_assignee", lead.conversation.id), body, **part("reading"))
        assert row(alice_ws).assignee_id == owner


def test_seen_moves_the_own_mark_only(alice_ws: Workspace, bobs: Client, bob: User, lead: Captured) -> None:
    assert bobs.post(url("inbox:seen", lead.conversation.id), {"seq": "1"}).status_code == 204
    for seq in ("", "x", "-1", "²", "9" * 10):
        assert bobs.post(url("inbox:seen", lead.conversation.id), {"seq": seq}).status_code == 400
    with workspace(alice_ws):
        assert list(SeenMark.objects.values_list("user", "seq")) == [(bob.id, 1)]


def test_seen_is_written_once_a_second(
    alice_ws: Workspace,
    bobs: Client,
    client_for: Callable[[User], Client],
    alice: User,
    bob: User,
    lead: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever its windows say; another teammate's mark, and another conversation's, are their own."""
    with workspace(alice_ws):
        other = a_lead(email="other@acme.test").conversation
        for number in range(3):
            queue_reply(lead.conversation, author=bob, text=f"Answer {number}")
    now = [1_700_000_000.0]
    monkeypatch.setattr("core.api.throttle.time.time", lambda: now[0])

    def told(client: Client, seq: int, id: UUID = lead.conversation.id) -> int:
        return client.post(url("inbox:seen", id), {"seq": str(seq)}).status_code

    assert [told(bobs, 1), told(bobs, 2), told(bobs, 3)] == [204, 429, 429]
    assert [told(client_for(alice), 2), told(bobs, 1, other.id)] == [204, 204]
    now[0] += 1
    assert told(bobs, 3) == 204


def test_send_again(alice_ws: Workspace, bobs: Client, failed: Message) -> None:
    answer = bobs.post(url("inbox:retry", failed.conversation_id, failed.id), **part("messages"))
    assert (answer.status_code, b"Sending" in answer.content) == (200, True)
    with workspace(alice_ws):
        assert Message.objects.get(id=failed.id).attempt == 2


def test_send_again_without_an_address_says_why(alice_ws: Workspace, bobs: Client, failed: Message) -> None:
    with workspace(alice_ws):
        Contact.objects.update(email="", email_key=None)
    answer = bobs.post(url("inbox:retry", failed.conversation_id, failed.id), **part("messages"))
    assert (answer.status_code, "no e-mail address" in answer["HX-Trigger"]) == (200, True)


LEAD = {
    "name": "Ada Byron",
    "email": "ada@acme.test",
    "phone": "",
    "company": "Acme",
    "text": "Called about a demo.",
}


def test_a_lead_by_hand(alice_ws: Workspace, bobs: Client) -> None:
    assert bobs.get(url("inbox:new")).status_code == 200
    assert b"<html" not in bobs.get(url("inbox:new"), **part("sheet-body")).content
    answer = bobs.post(url("inbox:new"), LEAD)
    found = row(alice_ws)
    assert (answer.status_code, answer["Location"]) == (302, url("inbox:thread", found.id))
    assert (found.channel, found.preview) == ("manual", "Called about a demo.")


def test_the_same_lead_by_hand_again_is_shown_not_doubled(alice_ws: Workspace, bobs: Client) -> None:
    for _ in range(2):
        answer = bobs.post(url("inbox:new"), LEAD)
    assert answer["Location"] == url("inbox:thread", row(alice_ws).id)
    assert b"already here" in bobs.get(answer["Location"]).content


BAD_LEADS = [
    ({"name": "", "email": ""}, "__all__", "Say who it is: a name, an e-mail address or a phone number."),
    ({"email": "ada"}, "email", "E-mail does not look like an address, such as name@example.com."),
    ({"text": ""}, "text", "Note what they want."),
    ({"name": "x" * 201}, "name", "Name can have at most 200 characters; this has 201."),
    (
        {"company": "a\0"},
        "company",
        "Company has a character that cannot be stored. Remove it and send again.",
    ),
]


@pytest.mark.parametrize(("change", "field", "error"), BAD_LEADS)
def test_a_bad_lead_by_hand_is_a_clear_error_and_kept(
    alice_ws: Workspace, bobs: Client, change: dict[str, Any], field: str, error: str
) -> None:
    sent = LEAD | change
    answer = bobs.post(url("inbox:new"), sent, **part("sheet-body"))
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [error]})
    assert {bound.name: bound.value() for bound in answer.context["form"]} == sent


KEY = "7d444840-9dc0-41d1-b245-5ffdce74fad2"


def test_a_repeated_send_gets_the_same_answer_and_no_second_message(
    alice_ws: Workspace, bobs: Client, lead: Captured
) -> None:
    address = url("inbox:reply", lead.conversation.id)
    answers = [bobs.post(address, {"text": "Yes.", "client_key": KEY}, **part("messages")) for _ in range(2)]
    first, again = (answer.content.decode() for answer in answers)
    assert ([answer.status_code for answer in answers], first) == ([200, 200], again)
    assert first.count(f'data-client-key="{KEY}"') == 1
    assert row(alice_ws).message_count == 2


def test_a_key_that_is_none_is_a_clear_error(alice_ws: Workspace, bobs: Client, lead: Captured) -> None:
    answer = bobs.post(
        url("inbox:reply", lead.conversation.id), {"text": "Yes.", "client_key": "x"}, **part("composer")
    )
    said = "Your browser sent something that makes no sense here. Reload the page and send it again."
    assert (answer.status_code, answer.content.decode().count(said)) == (422, 1)
    assert row(alice_ws).message_count == 1
