"""A chat on Alice's workspace, a site that may show it, and a visitor of that site."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client

from inbox.conversations.models import Conversation
from inbox.transports.chat.models import ChatWidget, Visitor
from inbox.transports.chat.token import read_token
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.uploads import PDF

SITE = "https://shop.example"
Answer = Any


class Browser:
    """A page of some site with the widget on it, as the server sees it: an Origin, and no cookie."""

    def __init__(self, *, host: str = world.ALICE_HOST, origin: str = SITE, key: str = "") -> None:
        self.client, self.origin, self.key, self.token = Client(HTTP_HOST=host), origin, key, ""
        self.client.handler.enforce_csrf_checks = True

    def get(self, path: str, **query: str) -> Answer:
        return self.client.get(f"/chat/{path}", query, headers=self._headers())

    def post(self, path: str, **body: Any) -> Answer:
        return self.client.post(
            f"/chat/{path}", json.dumps(body), content_type="application/json", headers=self._headers()
        )

    def come(self) -> "Browser":
        answer = self.post("visitors", key=self.key)
        assert answer.status_code == 201, answer.content
        self.token = answer.json()["token"]
        return self

    def write(self, text: str = "Do you deliver?", **more: str) -> Answer:
        return self.post("messages", **{"key": str(uuid4()), "text": text, **more})

    def upload(
        self,
        data: bytes,
        *,
        name: str = "plan.pdf",
        key: str = "",
        kind: str = "application/octet-stream",
        **extra: Any,
    ) -> Answer:
        headers = {**self._headers(), "X-File-Name": quote(name), "X-File-Key": key or str(uuid4())}
        extra["CONTENT_TYPE"] = kind  # the client says it of a body alone that is not empty
        return self.client.post("/chat/files", data, content_type=kind, headers=headers, **extra)

    def file(self, data: bytes = PDF, *, name: str = "plan.pdf") -> str:
        """The id of a file that was taken."""
        answer = self.upload(data, name=name)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["file"]["id"])

    def texts(self, **query: str) -> list[str]:
        return [message["text"] for message in self.get("messages", **query).json()["messages"]]

    def _headers(self) -> dict[str, str]:
        found = {"Origin": self.origin} if self.origin else {}
        return found | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


@pytest.fixture
def widget(alice_ws: Workspace) -> ChatWidget:
    with workspace(alice_ws):
        found: ChatWidget = ChatWidget.objects.create(origins=[SITE])
        return found


@pytest.fixture
def there(mallory_ws: Workspace) -> ChatWidget:
    """The chat of another workspace, which lists the same site."""
    with workspace(mallory_ws):
        found: ChatWidget = ChatWidget.objects.create(origins=[SITE])
        return found


@pytest.fixture
def arrive(widget: ChatWidget, redis: Any) -> Callable[..., Browser]:
    """A browser that has come, with a token of its own."""
    return lambda **options: Browser(key=widget.key, **options).come()


@pytest.fixture
def vera(arrive: Callable[..., Browser]) -> Browser:
    return arrive()


def visitor_of(browser: Browser) -> Visitor:
    """The row behind a browser's token; call inside its workspace."""
    visitor_id, _ = read_token(browser.token)
    found: Visitor = Visitor.objects.get(id=visitor_id)
    return found


def conversation_of(browser: Browser) -> Conversation:
    """The same."""
    found = visitor_of(browser).conversation
    assert found is not None
    return found
