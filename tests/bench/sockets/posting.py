"""Somebody who writes: replies through the product's web process, and posts to the bare server.

push.py next door measures when the last browser has it.
"""

from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from inbox.conversations.domain.capture import Lead, capture
from inbox.conversations.enums import Channel
from tenants.context import workspace
from tests.bench.sockets.crowd import Room

Post = Callable[[], None]
TEXT = "Thank you for asking. We can deliver within two weeks; shall I send you an offer?"
CSRF = "benchbenchbenchbenchbenchbench00"


def replies(room: Room, port: int) -> Post:
    """A member's browser that answers one conversation again and again, on one kept connection."""
    path = reverse("inbox:reply", args=[conversation_in(room)], urlconf=settings.SITE_URLCONFS["workspace"])
    cookies = {settings.SESSION_COOKIE_NAME: room.sessions[0], settings.CSRF_COOKIE_NAME: CSRF}
    headers = {
        "Host": f"{room.host}:{port}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": CSRF,
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return _poster(port, path, body=urlencode({"text": TEXT}), headers=headers)


def bare_posts(room: Room, port: int, *, text: str) -> Post:
    """The same to the bare server, which sends `text` to the room."""
    return _poster(port, f"/post/{room.host}", body=text, headers={"Host": room.host})


def _poster(port: int, path: str, *, body: str, headers: dict[str, str]) -> Post:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)

    def post() -> None:
        connection.request("POST", path, body=body.encode(), headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in {200, 204}, answer.status

    return post


def conversation_in(room: Room) -> UUID:
    lead = Lead(
        source="bench", channel=Channel.API, external_id="push", email=f"kim@{room.host}", text="Hello?"
    )
    with workspace(room.place):
        return capture(lead).conversation.id
