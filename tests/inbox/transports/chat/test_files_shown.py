"""Files of a conversation at its visitor: by addresses of their own, that show nobody anything else."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.files.domain.keep import keep_file
from core.files.links import Shown
from core.files.models import StoredFile
from inbox.attachments.domain.attach import Attached, attach
from inbox.attachments.domain.drafts import add_file
from inbox.attachments.enums import DraftKind
from inbox.conversations.composing import compose_reply
from inbox.conversations.domain.append import append, locked
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.enums import Direction, MessageState
from inbox.conversations.models import Conversation, Message
from inbox.transports.chat.domain.answers import mail_unseen
from inbox.transports.chat.links import STEP, path_of
from inbox.transports.chat.models import ChatWidget, Visitor
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.test_serving import Answer, ask
from tests.core.files.uploads import PDF, photo, picture
from tests.inbox.transports.chat.conftest import Browser, conversation_of, visitor_of
from tests.inbox.transports.chat.test_answers import leaves

Arrive = Callable[..., Browser]


def answer_with(
    conversation: Conversation, *, author: User, text: str = "", files: dict[str, bytes]
) -> Message:
    """An answer with files."""
    rows = [
        add_file(conversation.id, user=author, name=name, data=data, kind=DraftKind.REPLY)
        for name, data in files.items()
    ]
    return queue_reply(conversation, author=author, text=text, file_ids=[row.file_id for row in rows])


@pytest.fixture
def vera(arrive: Arrive) -> Browser:
    """Vera has written, so that she can be answered."""
    browser = arrive()
    browser.write()
    return browser


def get(address: str, *, host: str = world.ALICE_HOST, **headers: str) -> Answer:
    """As a page of another site does: no cookie, no Origin."""
    return ask(Client(HTTP_HOST=host), address, **headers)


def files_at(browser: Browser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("messages").json()["messages"][-1]["files"]
    return found


def test_it_works(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF, "roof.jpg": photo()})
    message = vera.get("messages").json()["messages"][-1]
    plan, roof = message["files"]
    assert (message["text"], plan["name"], plan["size"], plan["small"]) == ("", "plan.pdf", "17 B", "")
    assert (roof["name"], roof["width"], roof["height"]) == ("roof.jpg", 135, 180)
    assert time.time() + STEP < message["until"] / 1000 <= time.time() + 2 * STEP
    whole = get(plan["url"])
    assert (whole.status, whole.body) == (200, PDF)
    assert whole.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    small = get(roof["small"])
    assert (small.status, small.headers["Content-Type"]) == (200, "image/webp")
    assert get(roof["url"]).headers["Content-Disposition"] == 'inline; filename="roof.jpg"'
    check_harmless(whole)
    check_harmless(small, cached="private, no-cache")
    again = get(plan["url"], **{"If-None-Match": whole.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    check_harmless(again)


def check_harmless(answer: Answer, *, cached: str = "private, no-store") -> None:
    names = (
        "X-Content-Type-Options",
        "Content-Security-Policy",
        "Cache-Control",
        "Cross-Origin-Resource-Policy",
        "Set-Cookie",
        "Access-Control-Allow-Origin",
    )
    assert {name: answer.headers.get(name) for name in names} == {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": cached,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Set-Cookie": None,
        "Access-Control-Allow-Origin": None,
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("photo.png", b"<script>alert(1)</script>"),
    ],
)
def test_what_could_run_is_a_download_of_no_type(
    vera: Browser, alice_ws: Workspace, alice: User, name: str, data: bytes
) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={name: data})
    [file] = files_at(vera)
    answer = get(file["url"])
    assert (file["small"], answer.headers["Content-Type"]) == ("", "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    check_harmless(answer)


def test_the_visitor_is_told_of_files_nothing_that_is_the_teams(
    vera: Browser, alice_ws: Workspace, alice: User
) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
        file = StoredFile.objects.get()
    [told] = files_at(vera)
    assert set(told) == {"id", "name", "size", "url", "small", "width", "height"}
    text = vera.get("messages").content.decode()
    assert [word for word in (str(alice.id), file.key, file.sha256, "use_inbox") if word in text] == []


def test_the_teams_addresses_are_not_the_visitors(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    from core.accounts.rules import Action
    from core.files.links import url_of

    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
        theirs = url_of(StoredFile.objects.get(), right=Action.USE_INBOX)
    [told] = files_at(vera)
    assert get(theirs).status == 302
    assert get("/chat" + theirs).status == 404
    assert get(told["url"].removeprefix("/chat")).status == 302


def test_other_visitors_files_are_not_there(arrive: Arrive, alice_ws: Workspace, alice: User) -> None:
    vera, otto, silent = arrive(), arrive(), arrive()
    vera.write()
    otto.write()
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
        file = StoredFile.objects.get()
        ids = [visitor_of(browser).id for browser in (otto, silent, vera)]
        addresses = [path_of(file.id, shown=Shown.WHOLE, visitor_id=id) for id in ids]
    assert [get(address).status for address in addresses] == [404, 404, 200]
    assert otto.get("messages").json()["messages"][-1]["files"] == []


def test_what_is_not_for_their_eyes_is_not_there(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    """Files of private notes, what only belongs to a mail's layout, and what hangs on nothing."""
    with workspace(alice_ws):
        row, files = locked(conversation_of(vera).id), [keep_file(PDF, name=f"{n}.pdf") for n in range(3)]
        note = Message(direction=Direction.NOTE, author=alice, body_text="A note", state=MessageState.STORED)
        append(row, message=note, files=[Attached(files[0])])
        said = Message(direction=Direction.IN, body_text="Hello", state=MessageState.RECEIVED)
        append(row, message=said, files=[Attached(files[1], shown=False)])
        visitor = visitor_of(vera)
        addresses = [path_of(file.id, shown=Shown.WHOLE, visitor_id=visitor.id) for file in files]
    assert [get(address).status for address in addresses] == [404] * 3
    assert files_at(vera) == []


def test_other_workspace_gets_404(
    vera: Browser, there: ChatWidget, alice_ws: Workspace, mallory_ws: Workspace, alice: User
) -> None:
    """Also where they have a file and a visitor of the very same ids, so that only the place can refuse."""
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
        file, visitor = StoredFile.objects.get(), visitor_of(vera)
    foreign = Browser(host=world.MALLORY_HOST, key=there.key).come()
    foreign.write()
    with workspace(mallory_ws):
        twin = keep_file(PDF, name="theirs.pdf")
        StoredFile.objects.filter(id=twin.id).update(id=file.id)
        attach(Message.objects.get(), files=[Attached(StoredFile.objects.get())])
        Visitor.objects.update(id=visitor.id)
        theirs = path_of(file.id, shown=Shown.WHOLE, visitor_id=visitor.id)
    [told] = files_at(vera)
    assert [get(told["url"], host=host).status for host in (world.MALLORY_HOST, world.ALICE_HOST)] == [
        404,
        200,
    ]
    assert [get(theirs, host=host).status for host in (world.MALLORY_HOST, world.ALICE_HOST)] == [200, 404]


def test_an_address_is_over_after_two_hours_and_renewed_by_asking(
    vera: Browser, alice_ws: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
    begins = time.time() // STEP * STEP
    monkeypatch.setattr(time, "time", lambda: begins)
    [told] = files_at(vera)
    monkeypatch.setattr(time, "time", lambda: begins + STEP - 1)
    assert files_at(vera) == [told]  # what shows it again fetches nothing again
    monkeypatch.setattr(time, "time", lambda: begins + 2 * STEP - 1)
    assert get(told["url"]).status == 200
    monkeypatch.setattr(time, "time", lambda: begins + 2 * STEP)
    assert get(told["url"]).status == 404
    assert get(files_at(vera)[0]["url"]).status == 200
    id = vera.get("messages").json()["messages"][-1]["id"]
    [alone] = vera.get("messages", only=id).json()["messages"]
    assert (alone["id"], get(alone["files"][0]["url"]).status) == (id, 200)


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x", lambda t: t.upper()])
def test_an_edited_address_is_a_404(
    vera: Browser, alice_ws: Workspace, alice: User, spoil: Callable[[str], str]
) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
    token = files_at(vera)[0]["url"].strip("/").rpartition("/")[2]
    assert get(f"/chat/files/{token}/").status == 200
    assert get(f"/chat/files/{spoil(token)}/").status == 404


def test_who_may_not_chat_sees_no_file(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
    [told] = files_at(vera)
    with workspace(alice_ws):
        ChatWidget.objects.update(is_active=False)
    assert get(told["url"]).status == 404
    with workspace(alice_ws):
        ChatWidget.objects.update(is_active=True)
        Visitor.objects.update(is_blocked=True)
    assert get(told["url"]).status == 404


def test_a_file_that_is_going_is_not_there(vera: Browser, alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
    [told] = files_at(vera)
    with workspace(alice_ws):
        StoredFile.objects.update(state=StoredFile.State.GOING)
    assert get(told["url"]).status == 404


def test_one_network_cannot_fetch_without_end(
    vera: Browser, alice_ws: Workspace, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inbox.transports.chat.views import files

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr(files, "SHOWN", {"limit": 3, "seconds": 600})
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"plan.pdf": PDF})
    [told] = files_at(vera)
    assert [get(told["url"]).status for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("count", [1, 3])
def test_reading_has_a_constant_number_of_queries(
    vera: Browser, alice_ws: Workspace, alice: User, warm: None, count: int
) -> None:
    from django.db import connection

    for _ in range(count):
        with workspace(alice_ws):
            answer_with(conversation_of(vera), author=alice, files={f"{name}.pdf": PDF for name in "ab"})
    vera.get("messages")
    with CaptureQueriesContext(connection) as queries:
        found = vera.get("messages").json()["messages"]
    assert [len(message["files"]) for message in found] == [0, *[2] * count]
    assert len(queries) == 7


def test_unseen_answers_are_mailed_with_their_files(
    vera: Browser, alice_ws: Workspace, alice: User, settings: Any
) -> None:
    """All that fit into one mail; what does not is named, and stays in the chat."""
    from core.sending.models import Delivery

    settings.MESSAGE_FILES_MAX_BYTES = 60
    vera.post("contact", email="vera@acme.test")
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, text="One.", files={"plan.pdf": PDF + b"1"})
        answer_with(conversation_of(vera), author=alice, files={"large.pdf": PDF + b"2" * 40})
        answer_with(conversation_of(vera), author=alice, text="Three.", files={"last.pdf": PDF + b"3"})
        leaves()
        mail_unseen()
        mail = compose_reply(Delivery.objects.get())
        assert [(file.name, file.data) for file in mail.files] == [
            ("plan.pdf", PDF + b"1"),
            ("last.pdf", PDF + b"3"),
        ]
        said = "One.\n\nThree.\n\nToo large to go along, and to be found in the chat: large.pdf (57 B)\n\nOn "
        assert mail.text.startswith(said)


def test_a_file_that_came_by_mail_is_shown_in_the_chat(vera: Browser, alice_ws: Workspace) -> None:
    from dataclasses import replace

    from inbox.conversations.domain.capture import capture
    from tests.inbox.makers import LEAD

    with workspace(alice_ws):
        file = keep_file(picture(size=(480, 240)), name="plan.png")
        capture(replace(LEAD, conversation_id=conversation_of(vera).id, files=(Attached(file),)))
    [told] = files_at(vera)
    assert (told["name"], told["width"], told["height"]) == ("plan.png", 240, 120)
    assert get(told["small"]).status == 200
