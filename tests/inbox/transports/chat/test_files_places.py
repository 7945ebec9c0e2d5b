"""Strangers who fetch or send slowly: so many at once, one of a network, and the team is never among them."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core.accounts.models import User
from core.accounts.rules import Action
from core.files.links import url_of
from core.files.models import StoredFile
from core.files.places import Places
from core.files.serving import BLOCK, WHOLE
from inbox.transports.chat import allowance
from inbox.transports.chat.models import ChatWidget
from inbox.transports.chat.views import files
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.uploads import PDF
from tests.core.ui.test_bodies import Untouchable
from tests.inbox.transports.chat.conftest import Browser, conversation_of
from tests.inbox.transports.chat.test_files_shown import answer_with, files_at

LARGE = PDF + b"x" * WHOLE
UNREAD: dict[str, Any] = {"CONTENT_LENGTH": "9000", "wsgi.input": Untouchable()}


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> Places:
    """This test's own two."""
    found = Places(2)
    monkeypatch.setattr(files, "PLACES", found)
    return found


@contextmanager
def all_taken(places: Places) -> Iterator[None]:
    """By strangers elsewhere, for as long as it lasts."""
    found = [places.take(of) for of in ("192.0.2.8", "192.0.2.9")]
    assert all(found)
    yield
    for place in found:
        if place:
            place.give_back()


@pytest.fixture
def large(arrive: Callable[..., Browser], alice_ws: Workspace, alice: User) -> str:
    """The address of a file that does not go out in one piece."""
    vera = arrive()
    vera.write()
    with workspace(alice_ws):
        answer_with(conversation_of(vera), author=alice, files={"large.pdf": LARGE})
    return str(files_at(vera)[0]["url"])


def fetch(address: str, *, of: str = "192.0.2.1", **headers: str) -> Any:
    """The answer, of which nothing was read yet."""
    return Client(HTTP_HOST=world.ALICE_HOST, REMOTE_ADDR=of).get(address, headers=headers)


def end(answer: Any) -> None:
    """As the server ends it, whoever hung up."""
    for close in answer._resource_closers:  # `close()` would end the test's own transaction
        close()


def is_free(address: str, *, of: str = "192.0.2.1") -> bool:
    answer = fetch(address, of=of)
    end(answer)
    return bool(answer.status_code == 200)


def test_it_works(large: str) -> None:
    one, two, three = (fetch(large, of=f"192.0.2.{n}") for n in (1, 2, 3))
    assert [answer.status_code for answer in (one, two, three)] == [200, 200, 503]
    assert int(three["Retry-After"]) > 0
    assert "<h1>One moment, please</h1>" in three.content.decode()
    assert b"".join(one.streaming_content) == LARGE
    end(one)
    assert is_free(large, of="192.0.2.3")
    end(two)


def test_the_server_keeps_little_of_it(large: str) -> None:
    answer = fetch(large)
    assert {len(piece) <= BLOCK for piece in answer.streaming_content} == {True}
    end(answer)


def test_one_network_has_one_place(large: str) -> None:
    answers = [fetch(large), fetch(large)]
    assert [answer.status_code for answer in answers] == [200, 503]
    assert is_free(large, of="192.0.2.2")
    end(answers[0])
    assert is_free(large)


@pytest.mark.parametrize("pieces", [0, 1])
def test_who_hangs_up_gives_it_back(large: str, pieces: int) -> None:
    answer = fetch(large)
    for _ in range(pieces):
        next(iter(answer.streaming_content))
    end(answer)
    assert is_free(large)


def test_what_sends_no_large_body_takes_none(large: str, places: Places) -> None:
    """What the browser has already, what was only asked about, and what goes out in one piece."""
    first = fetch(large)
    end(first)
    with all_taken(places):
        assert fetch(large).status_code == 503
        assert fetch(large, **{"If-None-Match": first["ETag"]}).status_code == 304
        head = Client(HTTP_HOST=world.ALICE_HOST).head(large)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(LARGE)))


def test_small_ones_need_no_place(arrive: Callable[..., Browser], places: Places) -> None:
    told = arrive().upload(PDF + b"x" * (WHOLE - len(PDF))).json()["file"]
    with all_taken(places):
        answer = fetch(told["url"])
    assert [len(piece) for piece in answer.streaming_content] == [WHOLE]
    end(answer)


def test_strangers_do_not_keep_the_team_waiting(
    large: str, alice_ws: Workspace, alice: User, client_for: Callable[[User], Client]
) -> None:
    held = [fetch(large, of=f"192.0.2.{n}") for n in (1, 2)]
    assert [answer.status_code for answer in held] == [200, 200]
    with workspace(alice_ws):
        address = url_of(StoredFile.objects.get(), right=Action.USE_INBOX)
    answers: list[Any] = [client_for(alice).get(address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert b"".join(answers[0].streaming_content) == LARGE
    for answer in [*held, *answers]:
        end(answer)


class TestSending:
    def test_only_a_few_are_read_at_once(self, arrive: Callable[..., Browser], places: Places) -> None:
        vera = arrive()
        with all_taken(places):
            answer = vera.upload(b"", **UNREAD)
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
        assert int(answer["Retry-After"]) > 0
        assert vera.upload(PDF).status_code == 201

    def test_who_finds_no_place_has_spent_nothing(
        self, arrive: Callable[..., Browser], places: Places, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The widget asks again by itself."""
        monkeypatch.setattr(allowance, "VISITOR_HOURLY", 1)
        vera = arrive()
        with all_taken(places):
            assert [vera.upload(b"", **UNREAD).status_code for _ in range(3)] == [503] * 3
        assert [vera.upload(PDF).status_code for _ in range(2)] == [201, 429]

    def test_one_network_has_one_place(self, arrive: Callable[..., Browser], places: Places) -> None:
        vera = arrive()
        held = places.take("127.0.0.1")
        assert held
        assert vera.upload(b"", **UNREAD).status_code == 503
        assert vera.upload(PDF, REMOTE_ADDR="192.0.2.2").status_code == 201
        held.give_back()
        assert vera.upload(PDF).status_code == 201

    def test_a_place_is_given_back_whatever_happens(self, arrive: Callable[..., Browser]) -> None:
        vera = arrive()
        cut_off: dict[str, Any] = {"CONTENT_LENGTH": "900", "wsgi.input": io.BytesIO(PDF)}
        assert vera.upload(b"", **cut_off).status_code == 422
        vera.client.raise_request_exception = False
        assert vera.upload(b"", **UNREAD).status_code == 500
        assert vera.upload(PDF).status_code == 201

    def test_what_stands_here_already_needs_none(
        self, arrive: Callable[..., Browser], places: Places
    ) -> None:
        """It is answered without reading where all places are taken, and is counted like any other."""
        vera, key = arrive(), str(uuid4())
        id = vera.upload(PDF, key=key).json()["file"]["id"]
        with all_taken(places):
            answer = vera.upload(b"", key=key, **UNREAD)
        assert (answer.status_code, answer.json()["file"]["id"]) == (201, id)

    def test_what_stands_here_already_is_counted(
        self, arrive: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(allowance, "VISITOR_HOURLY", 3)
        vera, key = arrive(), str(uuid4())
        statuses = [vera.upload(PDF, key=key).status_code for _ in range(4)]
        assert statuses == [201, 201, 201, 429]


def test_other_workspaces_count_together(there: ChatWidget, places: Places) -> None:
    """The threads are the process's, whichever workspace is asked."""
    foreign = Browser(host=world.MALLORY_HOST, key=there.key).come()
    with all_taken(places):
        assert foreign.upload(b"", **UNREAD).status_code == 503
    assert foreign.upload(PDF).status_code == 201
