"""What is written beside the database while two workspaces work: no word of anybody's, in no line.

Log lines of ours and of the libraries, of requests that work, that are refused and that crash.
"""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tests.isolation.planted import Planted, tail


class Lines:
    """Everything that was logged, by whichever library."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def lines(quiet: None) -> Iterator[Lines]:
    found = Lines()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    root, before = logging.getLogger(), structlog.get_config()
    level = root.level
    logging.disable(logging.NOTSET)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(
        **{
            **before,
            "logger_factory": structlog.PrintLoggerFactory(found.stream),
            "cache_logger_on_first_use": False,
        }
    )
    yield found
    structlog.configure(**before)
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture
def words(theirs: Planted) -> dict[str, str]:
    """What Mallory's people type: nothing of it may be written down outside the database."""
    names = ("name", "email", "text", "password", "subject", "key")
    return dict(zip(names, theirs.words[:6], strict=True))


def work(client: Client, words: dict[str, str], key: str) -> None:
    """A day of Mallory's, with a word in everything that is typed."""
    address = f"{words['email']}@canary.test"
    lead = {"name": words["name"], "email": address, "message": words["text"], "subject": words["subject"]}
    json: Any = {"content_type": "application/json"}
    client.post("/api/v1/leads", lead, **json, headers={"Authorization": f"Bearer {key}"})
    client.post("/api/v1/leads", lead, **json, headers={"Authorization": f"Bearer crm_{words['key']}_x"})
    client.post(
        "/api/v1/leads", {**lead, "email": words["email"]}, **json, headers={"Authorization": f"Bearer {key}"}
    )
    client.post("/inbox/new/", {"name": words["name"], "email": address, "text": words["text"]})
    client.post("/inbox/new/", {"name": words["name"], "email": words["email"], "text": "\0"})
    client.post("/settings/team/add/", {"name": words["name"], "email": address, "role": "agent"})
    client.post("/settings/api-keys/", {"name": words["name"]})
    stranger = Client(HTTP_HOST=client.defaults["HTTP_HOST"])
    for page, field in (("login/", "login"), ("login/code/", "email"), ("password/reset/", "email")):
        stranger.post(f"/account/{page}", {field: address, "password": words["password"]})


def test_no_log_line_holds_what_people_type(
    client_for: Callable[..., Client],
    mallory: User,
    mallory_ws: Workspace,
    words: dict[str, str],
    lines: Lines,
    redis: Redis,
    in_commit: Callable[[], Any],
) -> None:
    with workspace(mallory_ws):
        _, key = make_key(name="Shop", scopes=list(Scope), created_by=mallory)
    with in_commit():
        work(client_for(mallory), words, key)
    assert "Unauthorized: /api/v1/leads" in lines.text  # the lines are there
    assert [name for name, word in words.items() if tail(word) in lines.text] == []
    assert key not in lines.text


def test_neither_does_the_line_of_a_crash(
    client_for: Callable[..., Client],
    mallory: User,
    words: dict[str, str],
    lines: Lines,
    redis: Redis,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A traceback names code, never the values that were in it."""
    from inbox.conversations.views import new

    def broken(lead: Any) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(new, "capture", broken)
    client = client_for(mallory)
    client.raise_request_exception = False
    form = {"name": words["name"], "email": f"{words['email']}@canary.test", "text": words["text"]}
    answer = client.post("/inbox/new/", form)
    assert answer.status_code == 500
    assert "Internal Server Error: /inbox/new/" in lines.text
    assert [name for name, word in words.items() if tail(word) in lines.text + answer.content.decode()] == []


def test_our_mails_hold_nothing_of_theirs(
    client_for: Callable[..., Client],
    alice: User,
    mallory: User,
    alice_ws: Workspace,
    mallory_ws: Workspace,
    theirs: Planted,
    words: dict[str, str],
    redis: Redis,
    in_commit: Callable[[], Any],
) -> None:
    """Both sides have mail queued at once; each ledger holds its own."""
    with workspace(mallory_ws):
        _, key = make_key(name="Shop", scopes=list(Scope), created_by=mallory)
    with in_commit():
        work(client_for(mallory), words, key)
        client_for(alice).post(
            "/settings/team/add/", {"name": "New", "email": "n@alice.test", "role": "agent"}
        )
    with workspace(alice_ws):
        mails = [f"{row.to} {row.payload} {row.ref}" for row in Delivery.objects.all()]
    with workspace(mallory_ws):
        assert Delivery.objects.filter(to__contains=words["email"]).exists()
    assert len(mails) == 1
    assert [word for word in theirs.words if tail(word) in mails[0]] == []
