"""A visitor's files: sent ahead of a message, once, within what may be sent, and nobody else's to use."""

import io
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import limits
from core.accounts.models import User
from core.files.domain import sweep
from core.files.models import StoredFile
from core.ui.bodies import LARGEST
from inbox.attachments.enums import DraftKind
from inbox.attachments.models import Attachment
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.models import Message
from inbox.search.models import MessageEntry
from inbox.transports.chat import allowance
from inbox.transports.chat.models import ChatWidget, Visitor, VisitorFile
from inbox.transports.chat.views import files
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.test_pictures import opened
from tests.core.files.test_serving import ask
from tests.core.files.uploads import EXE, PDF, bomb, photo, picture
from tests.core.test_limits import Plan
from tests.core.ui.test_bodies import Untouchable
from tests.core.ui.test_pace import QUICK, Trickling
from tests.inbox.makers import url
from tests.inbox.transports.chat.conftest import Browser, conversation_of, visitor_of

Arrive = Callable[..., Browser]
UNREAD: dict[str, Any] = {"wsgi.input": Untouchable()}


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are counted in windows, and none ends while the test runs."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def get(address: str) -> Any:
    return ask(Client(HTTP_HOST=world.ALICE_HOST), address)


def test_it_works(
    vera: Browser, alice_ws: Workspace, alice: User, client_for: Callable[[User], Client]
) -> None:
    told = [vera.upload(PDF), vera.upload(photo(), name="Dach & <b>.jpg")]
    ids = [answer.json()["file"]["id"] for answer in told]
    roof = told[1].json()["file"]
    assert (roof["name"], roof["width"], roof["height"]) == ("Dach & _b_.jpg", 135, 180)
    assert get(roof["small"]).headers["Content-Type"] == "image/webp"  # before it is in a message
    sent = vera.write("", attached=" ".join(ids)).json()["message"]
    assert (sent["files"][0]["name"], sent["files"][0]["size"]) == ("plan.pdf", "17 B")
    assert vera.get("messages").json()["messages"] == [sent]
    with workspace(alice_ws):
        conversation = conversation_of(vera)
        assert conversation.preview == "plan.pdf, Dach & _b_.jpg"
        assert MessageEntry.objects.get().has_attachment is True
        assert [str(row.file_id) for row in Attachment.objects.order_by("position")] == ids
        assert not VisitorFile.objects.exists()
        assert {file.state for file in StoredFile.objects.all()} == {StoredFile.State.HELD}
    page = client_for(alice).get(url("inbox:thread", conversation.id)).content.decode()
    assert page.count("file-picture") == 1
    assert "plan.pdf" in page
    assert "Dach &amp; _b_.jpg" in page


def test_the_chat_is_read_once(vera: Browser) -> None:
    """By the door: whether the site is listed, files are taken and somebody is there, is asked of one row."""
    with CaptureQueriesContext(connection) as queries:
        assert vera.upload(PDF).status_code == 201
    table = f'FROM "{ChatWidget._meta.db_table}"'
    assert [query["sql"].count(table) for query in queries if table in query["sql"]] == [1]


def test_a_picture_is_drawn_anew_and_says_nothing_of_where_it_was_taken(
    vera: Browser, alice_ws: Workspace
) -> None:
    whole = get(vera.upload(photo(), name="roof.jpg").json()["file"]["url"]).body
    assert b"canary" not in whole
    assert dict(opened(whole).getexif()) == {}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("photo.png", b"<script>alert(1)</script>"),
        ("bomb.png", bomb()),
    ],
)
def test_what_is_no_picture_of_ours_is_a_download(vera: Browser, name: str, data: bytes) -> None:
    told = vera.upload(data, name=name).json()["file"]
    answer = get(told["url"])
    assert (told["small"], answer.headers["Content-Disposition"][:10]) == ("", "attachment")
    assert answer.headers["Content-Type"] in {"application/octet-stream", "image/png"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_same_key_is_one_file(vera: Browser, alice_ws: Workspace) -> None:
    key = str(uuid4())
    told = [vera.upload(PDF, key=key).json()["file"]["id"] for _ in range(3)]
    assert len(set(told)) == 1
    with workspace(alice_ws):
        assert (VisitorFile.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_the_same_key_at_once_is_one_file(
    vera: Browser, alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one asked before the first was noted."""
    key = str(uuid4())
    first = vera.upload(PDF, key=key).json()["file"]["id"]
    monkeypatch.setattr(files, "sent_ahead", lambda visitor, key: None)
    assert vera.upload(PDF, key=key).json()["file"]["id"] == first
    with workspace(alice_ws):
        states = sorted(StoredFile.objects.values_list("state", flat=True))
        assert (VisitorFile.objects.count(), states) == (1, ["going", "loose"])


def test_another_visitors_key_is_another_file(arrive: Arrive, alice_ws: Workspace) -> None:
    key = str(uuid4())
    vera, otto = arrive(), arrive()
    assert vera.upload(PDF, key=key).json()["file"]["id"] != otto.upload(PDF, key=key).json()["file"]["id"]


def test_a_message_with_files_is_one_message(vera: Browser, alice_ws: Workspace) -> None:
    """Its files went with it the first time, and are not asked for again."""
    vera.write("First")
    key, id = str(uuid4()), vera.file()
    answers = [vera.write("Here", key=key, attached=id) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["message"]["id"] for answer in answers}) == 1
    assert [file["id"] for file in answers[2].json()["message"]["files"]] == [id]
    with workspace(alice_ws):
        assert (Message.objects.count(), Attachment.objects.count()) == (2, 1)


def test_the_first_message_with_files_is_one_message_also(vera: Browser, alice_ws: Workspace) -> None:
    key, id = str(uuid4()), vera.file()
    answers = [vera.write("", key=key, attached=id) for _ in range(2)]
    assert [answer.json()["message"]["files"][0]["id"] for answer in answers] == [id, id]
    with workspace(alice_ws):
        assert Message.objects.count() == 1


def test_only_ones_own_files_can_be_sent(arrive: Arrive, alice_ws: Workspace, alice: User) -> None:
    """Neither another visitor's, nor the team's, nor one that is in a message already."""
    from inbox.attachments.domain.drafts import add_file

    vera, otto = arrive(), arrive()
    used = vera.file()
    vera.write("Used", attached=used)
    with workspace(alice_ws):
        of_team = str(
            add_file(
                conversation_of(vera).id, user=alice, name="t.pdf", data=PDF, kind=DraftKind.REPLY
            ).file_id
        )
    for id in (otto.file(), used, of_team, str(uuid4())):
        answer = vera.write("Mine?", attached=f"{vera.file()} {id}")
        assert (answer.status_code, answer.json()["code"]) == (409, "files_gone")
        assert answer.json()["detail"] == "A file is no longer here. Attach it again."
    assert vera.texts() == ["Used"]
    with workspace(alice_ws):
        assert (Attachment.objects.count(), VisitorFile.objects.count()) == (1, 5)


def test_other_workspaces_files_cannot_be_sent(vera: Browser, there: ChatWidget, alice_ws: Workspace) -> None:
    foreign = Browser(host=world.MALLORY_HOST, key=there.key).come()
    id = foreign.file()
    assert vera.write("Theirs", attached=id).status_code == 409
    assert vera.post("files/back", file=id).status_code == 404
    foreign.token = vera.token
    assert foreign.upload(PDF).status_code == 401
    assert vera.texts() == []


def test_a_file_is_taken_back_by_who_sent_it(arrive: Arrive, alice_ws: Workspace) -> None:
    vera, otto = arrive(), arrive()
    id = vera.file()
    assert otto.post("files/back", file=id).status_code == 404
    assert [vera.post("files/back", file=id).status_code for _ in range(2)] == [204, 404]
    with workspace(alice_ws):
        sweep.remove()
        assert (StoredFile.objects.count(), VisitorFile.objects.count()) == (0, 0)
    assert vera.write("Gone", attached=id).status_code == 409
    used = vera.file()
    vera.write("Used", attached=used)
    assert vera.post("files/back", file=used).status_code == 404


def test_what_is_never_sent_is_swept(vera: Browser, alice_ws: Workspace) -> None:
    left, sent = vera.file(), vera.file()
    vera.write("Here", attached=sent)
    with workspace(alice_ws):
        StoredFile.objects.update(state_since=timezone.now() - timedelta(hours=25))
        sweep.sweep()
        assert [str(id) for id in StoredFile.objects.values_list("id", flat=True)] == [sent]
        assert not VisitorFile.objects.exists()
    assert vera.write("Late", attached=left).json()["code"] == "files_gone"


def test_what_is_being_swept_is_not_there_and_can_be_sent_again(vera: Browser, alice_ws: Workspace) -> None:
    """The sweep has claimed it and has not yet removed it."""
    key = str(uuid4())
    told = vera.upload(PDF, key=key).json()["file"]
    with workspace(alice_ws):
        StoredFile.objects.update(state=StoredFile.State.GOING)
    assert get(told["url"]).status == 404
    assert vera.write("Late", attached=told["id"]).json()["code"] == "files_gone"
    again = vera.upload(PDF, key=key).json()["file"]
    assert again["id"] != told["id"]
    assert vera.write("Here", attached=again["id"]).status_code == 201


def test_who_is_forgotten_leaves_no_file(vera: Browser, alice_ws: Workspace) -> None:
    vera.file()
    with workspace(alice_ws):
        Visitor.objects.all().delete()
        StoredFile.objects.update(state_since=timezone.now() - timedelta(hours=25))
        sweep.sweep()
        assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"", "“a.pdf” is empty, so there is nothing to attach."),
        ("a.exe", PDF, "“a.exe” is a program or a script, and those cannot be attached."),
        ("a.jpg", EXE, "“a.jpg” is a program or a script, and those cannot be attached."),
        (".htaccess", PDF, "“htaccess” is a program or a script, and those cannot be attached."),
        ("../../a.sh", PDF, "“a.sh” is a program or a script, and those cannot be attached."),
    ],
)
def test_bad_input_is_a_clear_error(
    vera: Browser, alice_ws: Workspace, name: str, data: bytes, said: str
) -> None:
    answer = vera.upload(data, name=name)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_kept")
    assert answer.json()["detail"] == said
    with workspace(alice_ws):
        assert not StoredFile.objects.exists()


def test_a_key_and_the_kind_of_body_are_asked_for(vera: Browser, alice_ws: Workspace) -> None:
    assert vera.upload(PDF, key="1").json()["detail"] == "The key is a UUID."
    assert vera.upload(b"--x--", kind="multipart/form-data; boundary=x").status_code == 415
    assert vera.post("files/back", file="1").json()["detail"] == "Say which file."
    assert (
        vera.write("", attached="1").json()["detail"] == "These files are not known here. Attach them again."
    )
    assert vera.write("", attached="").json()["detail"] == "Write something first."
    with workspace(alice_ws):
        assert not StoredFile.objects.exists()


def test_what_is_too_large_is_not_read(vera: Browser, settings: Any) -> None:
    settings.CHAT_FILE_MAX_BYTES = 1_000_000
    answer = vera.upload(b"", name="a.pdf", CONTENT_LENGTH="1000001", **UNREAD)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "“a.pdf” has 1.0 MB, and a file can have at most 1.0 MB."
    assert vera.upload(b"", CONTENT_LENGTH=str(LARGEST + 1), **UNREAD).status_code == 413


def test_a_large_one_is_taken(vera: Browser, alice_ws: Workspace) -> None:
    """More than any other body of a visitor, and in pieces."""
    data = PDF + b"x" * 5_000_000
    assert vera.upload(data).status_code == 201
    with workspace(alice_ws):
        assert StoredFile.objects.get().size == len(data)


@pytest.mark.parametrize("token", ["", "x"])
def test_without_a_token_nothing_is_read(vera: Browser, token: str) -> None:
    vera.token = token
    assert vera.upload(b"", CONTENT_LENGTH="9000000", **UNREAD).status_code == 401
    assert vera.post("files/back", file=str(uuid4())).status_code == 401


def test_a_site_that_is_not_listed_is_not_read(vera: Browser) -> None:
    vera.origin = "https://evil.test"
    assert vera.upload(b"", CONTENT_LENGTH="9000000", **UNREAD).status_code == 403


def test_what_was_cut_off_is_not_kept(vera: Browser, alice_ws: Workspace) -> None:
    short: dict[str, Any] = {"wsgi.input": io.BytesIO(PDF), "CONTENT_LENGTH": str(len(PDF) + 5)}
    answer = vera.upload(b"", **short)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_kept")
    with workspace(alice_ws):
        assert not StoredFile.objects.exists()


def test_what_takes_too_long_is_given_up(vera: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """How slow that is: tests/core/ui/test_pace.py."""
    monkeypatch.setattr(files, "PACE", QUICK)
    slow: dict[str, Any] = {"wsgi.input": Trickling(), "CONTENT_LENGTH": "9000000"}
    answer = vera.upload(b"", **slow)
    assert (answer.status_code, answer.json()["code"]) == (408, "too_slow")
    assert vera.upload(PDF).status_code == 201  # its place is free again


class TestAllowance:
    """A stranger fills no disk, alone or as many; each limit by itself, the others far away."""

    def test_of_one_visitor(
        self, vera: Browser, alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(allowance, "VISITOR_HOURLY", 3)
        answers = [vera.upload(PDF) for _ in range(3)] + [vera.upload(b"", CONTENT_LENGTH="17", **UNREAD)]
        assert [answer.status_code for answer in answers] == [201] * 3 + [429]
        assert (
            answers[3].json()["detail"] == "That is all the files that can be sent for now. Try again later."
        )
        assert int(answers[3]["Retry-After"]) > 0

    def test_of_one_visitors_bytes(self, vera: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(allowance, "VISITOR_HOURLY_BYTES", 5_000)
        statuses = [vera.upload(PDF + b"x" * 2_000).status_code for _ in range(2)]
        assert statuses == [201, 429]

    def test_of_one_network(self, arrive: Arrive, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(allowance, "NETWORK_HOURLY_BYTES", 5_000)
        statuses = [arrive().upload(PDF + b"x" * 2_000).status_code for _ in range(2)]
        assert statuses == [201, 429]

    def test_of_a_workspace(
        self, vera: Browser, there: ChatWidget, alice_ws: Workspace, settings: Any
    ) -> None:
        """In a day, from whoever it comes; another one's is its own."""
        settings.CHAT_FILES_DAILY_BYTES = 5_000
        statuses = [vera.upload(PDF + b"x" * 2_000).status_code for _ in range(2)]
        assert statuses == [201, 429]
        foreign = Browser(host=world.MALLORY_HOST, key=there.key).come()
        assert foreign.upload(PDF + b"x" * 2_000).status_code == 201
        with workspace(alice_ws):
            assert StoredFile.objects.count() == 1

    def test_announcing_uses_nothing_of_the_workspaces_up(self, vera: Browser, settings: Any) -> None:
        settings.CHAT_FILES_DAILY_BYTES = 5_000
        for _ in range(3):
            cut_off: dict[str, Any] = {"wsgi.input": io.BytesIO(PDF)}
            vera.upload(b"", CONTENT_LENGTH="4000", **cut_off)
        assert vera.upload(PDF).status_code == 201

    def test_of_what_waits(self, vera: Browser, alice_ws: Workspace) -> None:
        statuses = [vera.upload(PDF).status_code for _ in range(allowance.WAITING + 1)]
        assert statuses == [201] * allowance.WAITING + [422]
        with workspace(alice_ws):
            assert VisitorFile.objects.count() == allowance.WAITING
            assert StoredFile.objects.filter(state=StoredFile.State.GOING).count() == 1

    def test_of_a_message(self, vera: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        ids = [vera.file(PDF + bytes([n])) for n in range(allowance.MESSAGE_FILES + 1)]
        answer = vera.write("All", attached=" ".join(ids))
        assert (answer.status_code, answer.json()["code"]) == (422, "not_kept")
        assert answer.json()["detail"] == "A message can have at most 5 files. Send the rest in another."
        monkeypatch.setattr(allowance, "MESSAGE_BYTES", 40)
        answer = vera.write("Three", attached=" ".join(ids[:3]))
        assert answer.json()["detail"].startswith(
            "The files of a message can have 40 B together; these have 54 B"
        )
        assert vera.write("Two", attached=" ".join(ids[:2])).status_code == 201

    def test_of_requests(self, vera: Browser) -> None:
        vera.token = "x"
        assert [vera.upload(PDF).status_code for _ in range(61)] == [401] * 60 + [429]


@pytest.fixture
def plan() -> Iterator[Plan]:
    """A plan that holds two of anything."""
    found = Plan()
    limits.register_backend(found)
    yield found
    limits.register_backend(limits.Unlimited())


def test_a_plan_may_count_them(vera: Browser, plan: Plan, alice_ws: Workspace) -> None:
    statuses = [vera.upload(PDF).status_code for _ in range(3)]
    assert statuses == [201, 201, 422]
    with workspace(alice_ws):
        assert StoredFile.objects.count() == 2


class TestSwitch:
    """The team may take none, and the form for while nobody is here takes none."""

    def test_it_is_off(self, vera: Browser, widget: ChatWidget, alice_ws: Workspace) -> None:
        assert vera.get("config", key=widget.key).json()["files"] == {
            "one": 10_000_000,
            "all": 25_000_000,
            "count": 5,
        }
        id = vera.file()
        with workspace(alice_ws):
            ChatWidget.objects.update(takes_files=False)
        assert vera.get("config", key=widget.key).json()["files"] is None
        answers = [vera.upload(b"", CONTENT_LENGTH="9000000", **UNREAD), vera.write("Here", attached=id)]
        for answer in answers:
            assert (answer.status_code, answer.json()["code"]) == (403, "no_files")
        assert vera.write("Here").status_code == 201

    def test_the_team_may_still_send_some(self, vera: Browser, alice_ws: Workspace, alice: User) -> None:
        from inbox.attachments.domain.drafts import add_file

        vera.write()
        with workspace(alice_ws):
            ChatWidget.objects.update(takes_files=False)
            conversation = conversation_of(vera)
            row = add_file(conversation.id, user=alice, name="plan.pdf", data=PDF, kind=DraftKind.REPLY)
            queue_reply(conversation, author=alice, text="", file_ids=[row.file_id])
        [told] = vera.get("messages").json()["messages"][-1]["files"]
        assert get(told["url"]).body == PDF

    def test_the_form_takes_none(self, vera: Browser, alice_ws: Workspace) -> None:
        id = vera.file()
        with workspace(alice_ws):
            ChatWidget.objects.update(opens="presence")
        answers = [
            vera.upload(b"", CONTENT_LENGTH="9000000", **UNREAD),
            vera.write("Here", attached=id, email="vera@acme.test"),
        ]
        assert [answer.json()["code"] for answer in answers] == ["no_files", "no_files"]
        assert vera.write("Here", attached=id).json()["code"] == "away"
        assert vera.write("Here", email="vera@acme.test").status_code == 201
        assert vera.write("And this", attached=id).status_code == 201  # they have begun, and are answered


class TestClosed:
    def test_past_due(self, vera: Browser, alice_ws: Workspace) -> None:
        """What customers send still arrives."""
        from tests.inbox.transports.chat.test_cors import _turn

        _turn(alice_ws, "past_due")
        assert vera.write("", attached=vera.file()).status_code == 201

    def test_suspended(self, vera: Browser, alice_ws: Workspace) -> None:
        from tests.inbox.transports.chat.test_cors import _turn

        id = vera.upload(picture(), name="a.png").json()["file"]
        _turn(alice_ws, "suspended")
        assert vera.upload(PDF).status_code == 403
        assert get(id["url"]).status == 403

    def test_blocked(self, vera: Browser, alice_ws: Workspace) -> None:
        id = vera.file()
        with workspace(alice_ws):
            visitor = visitor_of(vera)
            Visitor.objects.update(is_blocked=True)
        assert vera.upload(b"", CONTENT_LENGTH="9000000", **UNREAD).status_code == 401
        assert vera.post("files/back", file=id).status_code == 401
        with workspace(alice_ws):
            assert visitor.files.count() == 1
