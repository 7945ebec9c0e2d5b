"""What a support person does inside stands in the log: each page once a minute, and each write always."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from core.timeline import middleware
from core.timeline.models import AuditEntry
from core.timeline.queries import verify_chain
from inbox.conversations.models import Conversation
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead, part, url
from tests.support import enter, stay_in

pytestmark = pytest.mark.usefixtures("db", "redis")

BOTH = ("Rosa (Rosa's support)", "Rosa <rosa@rosa.test>, Rosa's")


@pytest.fixture
def lead(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        return a_lead().conversation


@pytest.fixture
def inside(rosa: User, alice_ws: Workspace) -> Client:
    return enter(rosa, alice_ws)


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test does not run over the end of a minute."""
    monkeypatch.setattr(middleware, "PAGE_SECONDS", 86_400)


def acts(row: Workspace) -> list[tuple[str, str]]:
    """What the stay's lines say after coming in, the oldest first; each of them names both."""
    with workspace(row):
        lines = list(AuditEntry.objects.filter(support_id=stay_in(row).id).order_by("seq"))
        assert {(line.actor_name, line.behind) for line in lines} == {BOTH}
        assert verify_chain().broken_at is None
    assert lines[0].action == "support.enter"
    return [(line.action, line.label) for line in lines[1:]]


def writes(row: Workspace) -> list[tuple[str, int]]:
    """Where something was written, and how that was answered."""
    assert {action for action, _ in acts(row)} == {"support.write"}
    with workspace(row):
        lines = AuditEntry.objects.filter(action="support.write").order_by("seq")
        return [(line.detail["path"], line.detail["status"]) for line in lines]


class TestPages:
    def test_it_works(self, inside: Client, alice_ws: Workspace, lead: Conversation) -> None:
        thread = url("inbox:thread", lead.id)
        for path in ("/inbox/", thread, "/inbox/", f"{thread}?view=mine"):
            assert inside.get(path).status_code == 200
        inside.get("/inbox/", **part())
        inside.head("/inbox/")
        with workspace(alice_ws):
            name = Conversation.objects.select_related("contact").get(id=lead.id).contact.display_name
            line = AuditEntry.objects.get(action="support.view", label=name)
        assert acts(alice_ws) == [("support.view", ""), ("support.view", name)]
        assert line.target == str(lead.id)
        assert line.detail == {
            "view": "inbox:thread",
            "method": "GET",
            "path": thread,
            "name": name,
            "ids": {"conversation_id": str(lead.id)},
            "status": 200,
        }

    def test_what_was_refused_too(self, inside: Client, alice_ws: Workspace) -> None:
        inside.get("/settings/team/")
        with workspace(alice_ws):
            line = AuditEntry.objects.latest("seq")
        assert (line.action, line.detail["path"], line.detail["status"]) == (
            "support.view",
            "/settings/team/",
            403,
        )

    def test_the_link_itself_is_not_in_it(self, inside: Client, alice_ws: Workspace) -> None:
        with workspace(alice_ws):
            assert not AuditEntry.objects.filter(detail__path__contains="enter").exists()

    def test_the_teams_pages_are_not_written_down(
        self, client_for: Callable[..., Client], alice: User, alice_ws: Workspace
    ) -> None:
        client_for(alice).get("/inbox/")
        with workspace(alice_ws):
            assert not AuditEntry.objects.filter(action__startswith="support.").exists()


class TestWrites:
    def test_each_is_a_line(self, inside: Client, alice_ws: Workspace, lead: Conversation) -> None:
        path = url("inbox:set_state", lead.id)
        for state in ("resolved", "open", "nonsense"):
            inside.post(path, {"state": state})
        assert writes(alice_ws) == [(path, 302), (path, 302), (path, 400)]

    def test_what_is_nobodys_decision_is_none(
        self, inside: Client, alice_ws: Workspace, lead: Conversation
    ) -> None:
        assert inside.post(url("inbox:seen", lead.id), {"seq": "1"}).status_code == 204
        assert acts(alice_ws) == []

    def test_it_leads_to_what_was_done(
        self, inside: Client, client_for: Callable[..., Client], alice: User, lead: Conversation
    ) -> None:
        inside.post(url("inbox:reply", lead.id), {"text": "We are here."})
        page = client_for(alice).get("/settings/activity/").content.decode()
        thread = url("inbox:thread", lead.id)
        assert re.search(rf'</strong> answered <a class="link" href="{thread}">[^<]+</a></span>', page)

    def test_with_what_the_act_itself_says(self, inside: Client, alice_ws: Workspace) -> None:
        response = inside.post(
            "/settings/forms/new/",
            {"title": "Ask us", "button": "Send", "thanks": "Thanks", "is_active": "on", "show_email": "on"},
        )
        assert response.status_code in {302, 422}
        done = [] if response.status_code == 422 else [("form.make", "Ask us")]
        assert acts(alice_ws) == (done or [("support.write", "")])

    @pytest.mark.parametrize("path", ["/account/login/", "/account/password/change/", "/no/such/page/"])
    def test_refused_ones_too(self, inside: Client, alice_ws: Workspace, path: str) -> None:
        status = inside.post(path, {"x": "1"}).status_code
        assert writes(alice_ws) == [(path, status)]

    def test_also_where_strangers_may_write(self, inside: Client, alice_ws: Workspace) -> None:
        status = inside.post("/f/contact/", {"x": "1"}).status_code
        assert writes(alice_ws) == [("/f/contact/", status)]

    def test_bad_input_is_kept_as_it_can_be(self, inside: Client, alice_ws: Workspace) -> None:
        assert inside.post("/account/welcome/%00x/", {}).status_code == 403
        assert writes(alice_ws) == [("", 403)]


def test_leaving_is_the_last_line(inside: Client, alice_ws: Workspace) -> None:
    inside.post("/support/leave/")
    inside.get("/inbox/")
    assert [act for act, _ in acts(alice_ws)] == ["support.leave"]


def test_nobody_else_pays(
    client_for: Callable[..., Client], alice: User, warm: None, monkeypatch: pytest.MonkeyPatch, visitor: Any
) -> None:
    """The middleware asks nothing for the team, nor for strangers."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_for(alice)
    client.get("/inbox/")
    counted = []
    for without in (False, True):
        if without:
            monkeypatch.setattr(
                middleware.SupportLogMiddleware, "__call__", lambda self, r: self.get_response(r)
            )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/inbox/")
            visitor("alice.test").get("/f/contact/")
        counted.append(len(queries))
    assert counted[0] == counted[1]
