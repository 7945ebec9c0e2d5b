"""What a visitor's browser may do: write once, read its own, say who it is; and nothing of anybody else's."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.models import User
from core.contacts.models import Contact
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.transports.chat.domain.visits import MAX_LENGTH
from inbox.transports.chat.models import ChatWidget, Visitor
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.hostile import HOSTILE
from tests.inbox.makers import a_lead
from tests.inbox.transports.chat.conftest import SITE, Browser, conversation_of, visitor_of

Arrive = Callable[..., Browser]


def test_it_works(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    assert vera.get("messages").json()["messages"] == []
    sent = vera.write("Do you deliver?").json()["message"]
    with workspace(alice_ws):
        conversation = conversation_of(vera)
        assert (conversation.channel, conversation.state, conversation.newest_in) == ("chat", "open", 1)
        assert conversation.contact.name == f"Visitor {visitor_of(vera).short}"
        queue_reply(conversation, author=alice, text="Yes, on Mondays.")
    page = vera.get("messages").json()
    assert page["messages"][0] == sent
    answer = page["messages"][1]
    assert (answer["own"], answer["name"], answer["initials"]) == (False, "Alice Archer", "AA")
    assert answer["text"] == "Yes, on Mondays."
    assert (page["older"], page["known"], page["online"]) == (False, False, True)


def test_no_cookie_is_set_or_needed(vera: Browser) -> None:
    vera.write()
    answer = vera.get("messages")
    assert dict(vera.client.cookies) == {}
    assert "Set-Cookie" not in answer.headers
    assert answer["Cache-Control"].startswith("max-age=0")


def test_the_config_says_words_and_looks_and_nothing_else(widget: ChatWidget, redis: Any) -> None:
    found = Browser(key=widget.key).get("config", key=widget.key).json()
    assert set(found) == {
        "name", "title", "greeting", "away", "online", "socket", "initials", "logo", "radius", "font",
        "light", "dark", "files",
    }  # fmt: skip
    assert (found["name"], found["title"]) == ("Alice's", "Chat with us")
    assert found["socket"] == f"ws://{world.ALICE_HOST}:8001/ws/visitor/"
    text = json.dumps(found).lower()
    assert [word for word in ("marque", "rosa") if word in text] == []


def test_the_same_key_is_one_message(vera: Browser, alice_ws: Workspace) -> None:
    key = str(uuid4())
    answers = [vera.write("Twice?", key=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    with workspace(alice_ws):
        assert (Message.objects.count(), Conversation.objects.count(), Contact.objects.count()) == (1, 1, 1)


def test_it_is_one_message_also_after_a_day(vera: Browser, alice_ws: Workspace) -> None:
    from inbox.conversations.models import Capture

    key = str(uuid4())
    first = vera.write("Twice?", key=key).json()["message"]["id"]
    with workspace(alice_ws):
        Capture.objects.all().delete()
    assert vera.write("Twice?", key=key).json()["message"]["id"] == first
    with workspace(alice_ws):
        assert Message.objects.count() == 1


def test_somebody_elses_key_is_refused_and_shows_nothing(arrive: Arrive, alice_ws: Workspace) -> None:
    vera, otto = arrive(), arrive()
    key = str(uuid4())
    vera.write("Hers", key=key)
    answer = otto.write("His", key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "key_taken")
    assert b"Hers" not in answer.content
    with workspace(alice_ws):
        assert [message.body_text for message in Message.objects.all()] == ["Hers"]


def test_a_visitor_has_one_conversation_that_comes_back(
    vera: Browser, alice_ws: Workspace, alice: User
) -> None:
    from inbox.conversations.domain.state import resolve

    vera.write("One")
    with workspace(alice_ws):
        resolve(conversation_of(vera), by=alice)
    vera.write("Two")
    with workspace(alice_ws):
        assert (Conversation.objects.count(), conversation_of(vera).state) == (1, "open")


def test_visitors_read_their_own_and_no_notes(arrive: Arrive, alice_ws: Workspace, alice: User) -> None:
    vera, otto = arrive(), arrive()
    vera.write("From Vera")
    otto.write("From Otto")
    with workspace(alice_ws):
        row = locked(conversation_of(vera).id)
        note = Message(direction=Direction.NOTE, author=alice, body_text="A note", state=MessageState.STORED)
        append(row, message=note)
        row.assignee = alice
        row.save(update_fields=["assignee"])
        queue_reply(row, author=alice, text="To Vera")
        note_id, theirs = str(note.id), str(Message.objects.get(body_text="From Otto").id)
        foreign = str(a_lead().message.id)
    assert (vera.texts(), otto.texts()) == (["From Vera", "To Vera"], ["From Otto"])
    for id in (note_id, theirs, foreign):
        assert vera.get("messages", after=id).status_code == 404
        assert vera.get("messages", before=id).status_code == 404
        assert vera.get("messages", only=id).status_code == 404
        assert vera.post("seen", message=id).status_code == 404
    everything = vera.get("messages").content.decode()
    assert [
        word for word in ("@alice.test", str(alice.id), "A note", "assignee", "seq") if word in everything
    ] == []


def test_support_answers_in_the_house_name(vera: Browser, alice_ws: Workspace) -> None:
    vera.write()
    with workspace(alice_ws):
        support = User.objects.create(email="x@support.invalid", name="Rosa Reseller", role="support")
        queue_reply(conversation_of(vera), author=support, text="We look into it.")
    answer = vera.get("messages").json()["messages"][-1]
    assert (answer["name"], answer["initials"]) == ("Alice's", "A")


def test_what_is_missed_and_what_is_older_is_fetched(vera: Browser, alice_ws: Workspace) -> None:
    ids = [vera.write(f"n{number}").json()["message"]["id"] for number in range(1, 4)]
    assert vera.texts(after=ids[0]) == ["n2", "n3"]
    assert vera.texts(before=ids[2]) == ["n1", "n2"]
    with workspace(alice_ws):
        conversation = conversation_of(vera)
        for number in range(4, 60):
            row = locked(conversation.id)
            message = Message(direction=Direction.IN, body_text=f"n{number}", state=MessageState.RECEIVED)
            append(row, message=message)
    page = vera.get("messages").json()
    assert [message["text"] for message in page["messages"]] == [f"n{number}" for number in range(20, 60)]
    assert page["older"] is True
    assert vera.get("messages", after=ids[0]).json() | {"position": ""} == page | {"position": ""}


@pytest.mark.parametrize("count", [1, 3])
def test_reading_has_a_constant_number_of_queries(
    vera: Browser, alice_ws: Workspace, alice: User, warm: None, count: int
) -> None:
    for number in range(count):
        vera.write(f"n{number}")
        with workspace(alice_ws):
            queue_reply(conversation_of(vera), author=alice, text="Yes.")
    vera.get("messages")
    with CaptureQueriesContext(connection) as queries:
        assert len(vera.texts()) == 2 * count
    assert len(queries) == 7


def test_seen_goes_both_ways_and_only_forward(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    first = vera.write("One").json()["message"]["id"]
    second = vera.write("Two").json()["message"]["id"]
    assert vera.get("messages").json()["seen"] is None
    with workspace(alice_ws):
        conversation = conversation_of(vera)
        mark_seen(conversation, user=alice, seq=1)
        assert vera.get("messages").json()["seen"] == first
        answer = queue_reply(conversation, author=alice, text="Yes.")
        assert vera.get("messages").json()["seen"] == second
        assert visitor_of(vera).seen_seq == 2
        assert vera.post("seen", message=str(answer.id)).status_code == 204
        assert vera.post("seen", message=first).status_code == 204
        assert visitor_of(vera).seen_seq == 3
        assert visitor_of(vera).waits_since is None
        conversation.refresh_from_db()
        assert Conversation.objects.get(id=conversation.id).contact_seen == 3


def test_an_address_makes_the_visitor_somebody(vera: Browser, alice_ws: Workspace) -> None:
    vera.write()
    assert vera.post("contact", email="vera@acme.test", name="Vera Vogel").status_code == 204
    assert vera.get("messages").json()["known"] is True
    with workspace(alice_ws):
        contact = Contact.objects.get()
        assert (contact.name, contact.email, contact.email_key) == (
            "Vera Vogel",
            "vera@acme.test",
            "vera@acme.test",
        )
    vera.post("contact", email="other@acme.test")
    with workspace(alice_ws):
        assert Contact.objects.get().email == "vera@acme.test"


def test_without_a_name_the_address_is_who_they_are(vera: Browser, alice_ws: Workspace) -> None:
    vera.write()
    vera.post("contact", email="vera@acme.test")
    with workspace(alice_ws):
        assert Contact.objects.get().display_name == "vera@acme.test"


def test_somebody_known_gets_the_conversation_and_the_visitor_reads_nothing_more(
    vera: Browser, alice_ws: Workspace
) -> None:
    with workspace(alice_ws):
        before = a_lead(text="A secret of Zoë's")
    vera.write("It is me, Zoë")
    vera.post("contact", email="zoe@acme.test", name="Somebody Else")
    with workspace(alice_ws):
        assert conversation_of(vera).contact == before.contact
        assert [contact.name for contact in Contact.objects.all()] == ["Zoë Quinn"]
    assert vera.texts() == ["It is me, Zoë"]


def test_a_nameless_contact_with_a_history_stays(vera: Browser, alice_ws: Workspace) -> None:
    vera.write()
    with workspace(alice_ws):
        a_lead()
        nameless = conversation_of(vera).contact
        Conversation.objects.create(contact=nameless, channel="manual", last_message_at=timezone.now())
    vera.post("contact", email="zoe@acme.test")
    with workspace(alice_ws):
        assert Contact.objects.filter(id=nameless.id).exists()


def test_while_nobody_is_there_an_address_is_asked_for_and_no_word_is_lost(
    widget: ChatWidget, vera: Browser, alice_ws: Workspace
) -> None:
    with workspace(alice_ws):
        ChatWidget.objects.update(opens="presence")
    answer = vera.write("Anybody?")
    assert (answer.status_code, answer.json()["code"]) == (422, "away")
    assert list(answer.json()["fields"]) == ["email"]
    assert vera.write("Anybody?", email="vera@acme.test", name="Vera").status_code == 201
    with workspace(alice_ws):
        contact = conversation_of(vera).contact
        assert (contact.name, contact.email) == ("Vera", "vera@acme.test")
    assert vera.write("One more thing").status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 415, "not_json"),
        (b"{", 400, "not_json"),
        (b"[]", 400, "not_texts"),
        (b'{"text": 1}', 400, "not_texts"),
        (b'{"text": {"a": "b"}}', 400, "not_texts"),
        (b"[" * 30_000, 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b'{"text": "' + b"x" * 40_000 + b'"}', 413, "too_large"),
        (b'{"text": "hi"}', 422, "not_valid"),
        (b'{"text": "hi", "key": "1"}', 422, "not_valid"),
        (b'{"text": " ", "key": "0199aaaa-0000-7000-8000-00000000000a"}', 422, "not_valid"),
        (b'{"text": "a\\u0000b", "key": "0199aaaa-0000-7000-8000-00000000000a"}', 422, "not_valid"),
        (b'{"text": "hi", "email": "x", "key": "0199aaaa-0000-7000-8000-00000000000a"}', 422, "not_valid"),
    ],
)
def test_bad_input_is_a_clear_error(
    vera: Browser, alice_ws: Workspace, body: bytes, status: int, code: str
) -> None:
    headers = {"Origin": SITE, "Authorization": f"Bearer {vera.token}"}
    answer = vera.client.post("/chat/messages", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    with workspace(alice_ws):
        assert Message.objects.count() == 0


def test_too_long_is_said_in_numbers(vera: Browser) -> None:
    answer = vera.write("x" * (MAX_LENGTH + 1))
    assert answer.json()["fields"] == {
        "text": "Your message can have at most 5,000 characters; this has 5,001."
    }


def test_another_kind_of_body_is_refused(vera: Browser) -> None:
    headers = {"Origin": SITE, "Authorization": f"Bearer {vera.token}"}
    answer = vera.client.post("/chat/messages", '{"text":"hi"}', content_type="text/plain", headers=headers)
    assert answer.status_code == 415


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are counted in windows, and none ends while the test runs."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


@pytest.mark.usefixtures("one_window")
def test_one_visitor_cannot_flood(vera: Browser) -> None:
    answers = [vera.write(f"n{number}") for number in range(41)]
    assert [answer.status_code for answer in answers] == [201] * 40 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert answers[-1]["Access-Control-Allow-Origin"] == SITE


@pytest.mark.usefixtures("one_window")
def test_one_network_cannot_make_visitors_without_end(
    widget: ChatWidget, redis: Any, alice_ws: Workspace
) -> None:
    browser = Browser(key=widget.key)
    statuses = [browser.post("visitors", key=widget.key).status_code for _ in range(31)]
    assert statuses == [201] * 30 + [429]
    with workspace(alice_ws):
        assert Visitor.objects.count() == 30


def test_words_are_kept_as_they_are(vera: Browser) -> None:
    for text in HOSTILE:
        vera.write(text)
    assert vera.texts() == HOSTILE


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\0", "é", "." * 599, "x" * 5000])
def test_without_a_token_there_is_nothing(vera: Browser, token: str) -> None:
    vera.write()
    vera.token = token
    answers = [
        vera.get("messages"),
        vera.write(),
        vera.post("seen", message=str(uuid4())),
        vera.post("contact"),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4


def test_a_token_that_was_taken_back_opens_nothing(arrive: Arrive, alice_ws: Workspace) -> None:
    blocked, changed = arrive(), arrive()
    for browser in (blocked, changed):
        browser.write()
    with workspace(alice_ws):
        Visitor.objects.filter(id=visitor_of(blocked).id).update(is_blocked=True)
        Visitor.objects.filter(id=visitor_of(changed).id).update(secret_hash="0" * 64)
    assert [browser.get("messages").status_code for browser in (blocked, changed)] == [401, 401]


class TestOtherWorkspace:
    """What is one workspace's opens nothing in another, which lists the same site."""

    def test_its_token_is_refused(
        self, vera: Browser, there: ChatWidget, alice_ws: Workspace, mallory_ws: Workspace
    ) -> None:
        vera.write("Alice's")
        with workspace(alice_ws):
            twin = visitor_of(vera)
        with workspace(mallory_ws):  # a row of the same id and secret: nothing but the place can refuse
            Visitor.objects.create(id=twin.id, secret_hash=twin.secret_hash)
        foreign = Browser(host=world.MALLORY_HOST)
        foreign.token = vera.token
        assert foreign.get("messages").status_code == 401
        assert foreign.write("Taken over").status_code == 401
        with workspace(mallory_ws):
            assert Message.objects.count() == 0

    def test_its_key_is_refused(self, widget: ChatWidget, there: ChatWidget, redis: Any) -> None:
        foreign = Browser(host=world.MALLORY_HOST)
        assert foreign.post("visitors", key=widget.key).status_code == 401
        assert foreign.get("config", key=widget.key).status_code == 401
        assert foreign.get("config", key=there.key).status_code == 200

    def test_its_messages_are_not_there(self, vera: Browser, there: ChatWidget) -> None:
        own = vera.write("Alice's").json()["message"]["id"]
        foreign = Browser(host=world.MALLORY_HOST, key=there.key).come()
        foreign.write("Mallory's")
        assert foreign.get("messages", after=own).status_code == 404
        assert foreign.get("messages", only=own).status_code == 404
        assert foreign.post("seen", message=own).status_code == 404
        assert foreign.texts() == ["Mallory's"]


def test_who_never_wrote_is_forgotten(arrive: Arrive, alice_ws: Workspace) -> None:
    from inbox.transports.chat.domain.answers import forget_silent_visitors

    wrote, silent, fresh = arrive(), arrive(), arrive()
    wrote.write()
    with workspace(alice_ws):
        long_ago = timezone.now() - timedelta(days=3)
        ids = [visitor_of(browser).id for browser in (wrote, silent)]
        Visitor.objects.filter(id__in=ids).update(created_at=long_ago)
        forget_silent_visitors()
        assert set(Visitor.objects.values_list("id", flat=True)) == {
            visitor_of(wrote).id,
            visitor_of(fresh).id,
        }
