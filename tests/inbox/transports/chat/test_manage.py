"""The team's page about its chat: the line to copy, what may be typed, how it looks before it is saved."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.transports.chat.models import ChatWidget
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.hostile import HOSTILE, live_parts

PAGE = "/settings/chat/"
SAID = {
    "is_active": "on",
    "takes_files": "on",
    "sites": "https://www.example.com\nshop.example",
    "title": "Ask us",
    "greeting": "Hello.",
    "away": "Leave a message.",
    "opens": "hours",
    "days": ["0", "1"],
    "opens_at": "09:30",
    "closes_at": "17:00",
    "zone": "Europe/Berlin",
}
ClientFor = Callable[[User], Client]


def test_it_works(alice: User, alice_ws: Workspace, client_for: ClientFor) -> None:
    client = client_for(alice)
    first = client.get(PAGE).content.decode()
    assert "No chat yet" in first
    assert "chat-snippet" not in first
    with workspace(alice_ws):
        assert ChatWidget.objects.count() == 0
    assert client.post(PAGE, SAID).status_code == 302
    assert client.post(PAGE, {**SAID, "title": "Ask"}).status_code == 302
    with workspace(alice_ws):
        widget = ChatWidget.objects.get()
    assert widget.origins == ["https://www.example.com", "https://shop.example"]
    assert widget.takes_files is True
    assert (widget.title, widget.days, widget.zone, f"{widget.opens_at:%H:%M}") == (
        "Ask",
        [0, 1],
        "Europe/Berlin",
        "09:30",
    )
    page = client.get(PAGE).content.decode()
    url = f"http://{world.ALICE_HOST}:8000/chat/widget.js"
    assert f'&lt;script async src="{url}" data-key="{widget.key}"&gt;&lt;/script&gt;' in page
    assert f"connect-src https://{world.ALICE_HOST} wss://{world.ALICE_HOST};" in page


def test_it_checks_permission(
    charlie: User, bob: User, client_for: ClientFor, visitor: Callable[[str], Client]
) -> None:
    assert client_for(charlie).get(PAGE).status_code == 403
    assert client_for(charlie).get(f"{PAGE}preview/").status_code == 403
    assert client_for(bob).get(PAGE).status_code == 200
    assert visitor(world.ALICE_HOST).get(PAGE).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sites": "https://example.com/shop"}, "names a page"),
        ({"sites": "*"}, "is not the address of a site"),
        ({"sites": "\n".join(f"s{n}.example" for n in range(21))}, "At most 20 sites"),
        ({"title": ""}, "required"),
        ({"zone": "Mars/Base"}, "not one of the available choices"),
        ({"days": []}, "Choose the days"),
        ({"closes_at": "09:30"}, "Say until when"),
        ({"opens_at": "25:00"}, "valid time"),
    ],
)
def test_bad_input_is_a_clear_error(
    alice: User, alice_ws: Workspace, client_for: ClientFor, changes: dict[str, Any], words: str
) -> None:
    answer = client_for(alice).post(PAGE, {**SAID, **changes})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Leave a message." in answer.content.decode()
    with workspace(alice_ws):
        assert ChatWidget.objects.count() == 0


def test_other_workspaces_chat_is_not_shown(
    alice: User, mallory_ws: Workspace, client_for: ClientFor
) -> None:
    with workspace(mallory_ws):
        ChatWidget.objects.create(title="Mallory's words", origins=["https://evil.test"])
    page = client_for(alice).get(PAGE).content.decode()
    assert [word for word in ("Mallory", "evil.test") if word in page] == []


def test_the_preview_shows_words_that_are_not_saved(alice: User, client_for: ClientFor) -> None:
    answer = client_for(alice).get(f"{PAGE}preview/", {"title": "Not saved", "greeting": "Hi there"})
    page = answer.content.decode()
    assert "Not saved" in page
    assert "Hi there" in page
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_files_can_be_switched_off(alice: User, alice_ws: Workspace, client_for: ClientFor) -> None:
    client = client_for(alice)
    assert 'name="takes_files"' in client.get(PAGE).content.decode()
    said = {name: value for name, value in SAID.items() if name != "takes_files"}
    for sent, expected in ((SAID, True), (said, False), (SAID, True)):
        assert client.post(PAGE, sent).status_code == 302
        with workspace(alice_ws):
            assert ChatWidget.objects.get().takes_files is expected


def test_the_preview_shows_the_paper_clip_where_visitors_have_it(
    alice: User, alice_ws: Workspace, client_for: ClientFor
) -> None:
    client, address = client_for(alice), f"{PAGE}preview/"

    def limits(**form: str) -> Any:
        page = client.get(address, form).content.decode()
        found = re.search(r'data-preview="([^"]*)"', page)
        assert found
        return json.loads(html.unescape(found[1]))["files"]

    told = {"one": 10_000_000, "all": 25_000_000, "count": 5}
    assert (limits(), limits(opens="always", takes_files="on"), limits(opens="always")) == (told, told, None)
    with workspace(alice_ws):
        ChatWidget.objects.create(takes_files=False)
    assert (limits(), limits(opens="always", takes_files="on")) == (None, told)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(alice: User, client_for: ClientFor, text: str) -> None:
    page = client_for(alice).get(f"{PAGE}preview/", {"title": text, "greeting": text}).content.decode()
    assert live_parts(page) == []
    assert len(re.findall("<script", page)) == 1
