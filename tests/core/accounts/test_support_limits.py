"""What a support person may do inside a workspace: what is written out here, and nothing else.

Every address of the workspace's URLconf is asked, so a new one must be refused, or be listed here.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from core.accounts.domain import users
from core.accounts.models import User
from core.accounts.rules import SHADOW_DOMAIN
from core.sending.models import Delivery
from deploy.urls.workspace import urlpatterns
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sorting import CannotAssign, assign
from inbox.conversations.models import Conversation, Message
from tenants.access import rule_of
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.accounts.test_access import fill
from tests.inbox.makers import a_lead, url
from tests.support import enter, stay_in

pytestmark = pytest.mark.usefixtures("db", "redis")

METHODS = ("get", "post", "put", "patch", "delete")

OPEN = {
    "inbox:home", "inbox:list", "inbox:new", "inbox:thread", "inbox:reply", "inbox:retry", "inbox:set_state",
    "inbox:note", "inbox:mentionable", "inbox_search:results", "chat:settings", "chat:preview",
    "canned:list", "canned:new", "canned:edit", "canned:delete", "canned:options", "canned:said",
    "saved:list", "saved:new", "saved:edit", "saved:move", "saved:delete",
    "inbox:filter", "inbox:menu", "inbox:set_snooze", "inbox:set_team", "inbox:set_priority",
    "inbox:set_label", "inbox:labels", "inbox:label_new", "inbox:label_edit", "inbox:label_delete",
    "inbox:draft",
    "inbox:seen", "inbox:message_html", "inbox:contact_conversations", "inbox:add_file", "inbox:remove_file",
    "files:file", "contacts:list", "contacts:detail", "contacts:reachable", "contacts:correct",
    "forms:list", "forms:new", "forms:edit", "forms:ways", "forms:preview", "forms:new_preview",
    "forms:ask",
    "support:leave",
}  # fmt: skip
"""Pages behind a session that support people may use."""
ASSIGNING = "inbox:set_assignee"
"""Taking a conversation is refused, giving it back is not."""


def named(patterns: list[URLPattern | URLResolver], *, prefix: str = "", space: str = "") -> Any:
    """Every address with its name and view."""
    for pattern in patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from named(pattern.url_patterns, prefix=path, space=inner)
        else:
            yield f"{space}{pattern.name}", path, pattern.callback


BEHIND_A_SESSION = [
    (name, path)
    for name, path, view in named(urlpatterns)
    if rule_of(view) not in {"public", "API key"} or path.startswith("account/")
]


def test_there_is_something_to_ask() -> None:
    names = {name for name, _ in BEHIND_A_SESSION}
    assert names > {"account_change_password", "account_login", "team:add", "api_keys:list", "activity:list"}
    assert len(BEHIND_A_SESSION) > 30


def test_what_is_open_exists() -> None:
    assert OPEN - {name for name, _ in BEHIND_A_SESSION} == set()


@pytest.mark.parametrize(("name", "path"), BEHIND_A_SESSION)
def test_all_else_is_refused(rosa: User, alice_ws: Workspace, name: str, path: str) -> None:
    """With made-up ids: what is open answers anything but 403, what is not 403, or has no such method."""
    browser = enter(rosa, alice_ws)
    for method in METHODS:
        if name in {"account_logout", "support:leave"} and method == "post":
            continue  # the ways out, tested next door
        status = getattr(browser, method)("/" + fill(path)).status_code
        if name in OPEN or name in {ASSIGNING, "account_logout"}:
            assert status != 403, (method, path)
        else:
            assert status in {403, 405}, (method, path)
            assert status == 403 or method != "get" or name in POST_ONLY, (method, path)


POST_ONLY = {
    "team:role", "team:access", "team:resend", "api_keys:revoke", "support:end",
    "bulk:start", "bulk:stop", "bulk:undo",
    "email:new_key", "email:check_key", "email:held",
}  # fmt: skip


class TestOwnAccount:
    """The same with what would really change something, and a look at whether it did."""

    def test_no_password_is_changed(self, rosa: User, alice_ws: Workspace) -> None:
        browser = enter(rosa, alice_ws)
        new = {"password1": "another-long-passphrase", "password2": "another-long-passphrase"}
        before = stay_in(alice_ws).user.password
        for address in ("set", "change"):
            response = browser.post(f"/account/password/{address}/", {"oldpassword": "", **new})
            assert response.status_code == 403
        assert browser.post("/account/profile/", {"name": "Alice Archer"}).status_code == 403
        shadow = stay_in(alice_ws).user
        assert (shadow.password, shadow.name) == (before, "Rosa (Rosa's support)")

    @pytest.mark.parametrize("path", ["login/code/", "password/reset/"])
    def test_nobody_becomes_the_shadow_by_mail(
        self, rosa: User, alice_ws: Workspace, visitor: Callable[[str], Client], path: str
    ) -> None:
        """A mail to the shadow, if it could arrive, says what any unknown address is told."""
        enter(rosa, alice_ws)
        for email in (stay_in(alice_ws).user.email, "nobody@nowhere.test"):
            visitor(world.ALICE_HOST).post(f"/account/{path}", {"email": email})
        with workspace(alice_ws):
            subjects = [mail.payload["subject"] for mail in Delivery.objects.order_by("id")]
        assert len(subjects) == 2
        assert len(set(subjects)) == 1

    def test_nor_by_a_password(
        self, rosa: User, alice_ws: Workspace, visitor: Callable[[str], Client]
    ) -> None:
        """Even one that somebody wrote into its row."""
        enter(rosa, alice_ws)
        shadow = stay_in(alice_ws).user
        with workspace(alice_ws):
            shadow.set_password(world.PASSWORD)
            shadow.save(update_fields=["password"])
        client = visitor(world.ALICE_HOST)
        client.post("/account/login/", {"login": shadow.email, "password": world.PASSWORD})
        assert client.get("/inbox/").status_code == 302


class TestTeam:
    @pytest.mark.parametrize("act", ["role/", "access/", "invite/"])
    def test_nobody_manages_a_shadow(
        self, client_for: Callable[..., Client], rosa: User, alice: User, alice_ws: Workspace, act: str
    ) -> None:
        enter(rosa, alice_ws)
        shadow = stay_in(alice_ws).user
        response = client_for(alice).post(f"/settings/team/{shadow.id}/{act}", {"role": "admin"})
        assert response.status_code == 404
        after = stay_in(alice_ws).user
        assert (after.role, after.is_active, after.session_epoch) == ("support", True, shadow.session_epoch)

    def test_it_is_not_on_the_page(
        self, client_for: Callable[..., Client], rosa: User, alice: User, alice_ws: Workspace
    ) -> None:
        enter(rosa, alice_ws)
        page = client_for(alice).get("/settings/team/").content.decode()
        assert re.findall(f"Rosa \\(|{SHADOW_DOMAIN}", page) == []

    def test_support_is_no_role_of_a_teammate(self, in_alice: Any, bob: User) -> None:
        from django.core.exceptions import ValidationError

        for act in (
            lambda: users.change_role(bob, "support"),
            lambda: users.create_user(email="x@x.test", name="X", role="support"),
        ):
            with pytest.raises(ValidationError, match="There is no role"):
                act()


@pytest.fixture
def lead(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        return a_lead().conversation


class TestWork:
    def test_an_answer_is_theirs_and_the_conversation_nobodys(
        self, rosa: User, alice_ws: Workspace, lead: Conversation
    ) -> None:
        browser = enter(rosa, alice_ws)
        response = browser.post(url("inbox:reply", lead.id), {"text": "We are looking into it."}, follow=True)
        assert "Rosa (Rosa&#x27;s support)" in response.content.decode()
        with workspace(alice_ws):
            message = Message.objects.select_related("author", "conversation").get(direction="out")
            assert message.author == stay_in(alice_ws).user
            assert message.conversation.assignee is None

    def test_their_customer_reads_the_house_alone(
        self, rosa: User, alice_ws: Workspace, lead: Conversation
    ) -> None:
        from inbox.conversations.composing import compose_reply

        enter(rosa, alice_ws).post(url("inbox:reply", lead.id), {"text": "We are looking into it."})
        with workspace(alice_ws):
            mail = compose_reply(Delivery.objects.latest("id"))
        assert (mail.from_name, "Rosa" in mail.text) == ("Alice's", False)

    def test_nothing_is_assigned_to_them(
        self, rosa: User, alice_ws: Workspace, lead: Conversation, alice: User
    ) -> None:
        browser = enter(rosa, alice_ws)
        assert browser.post(url("inbox:set_assignee", lead.id)).status_code == 403
        with workspace(alice_ws):
            with pytest.raises(CannotAssign):
                assign(lead, to=stay_in(alice_ws).user, by=alice)
            lead.refresh_from_db()
            assert lead.assignee is None

    def test_they_may_give_back_what_is_somebodys(
        self, rosa: User, alice_ws: Workspace, lead: Conversation, alice: User
    ) -> None:
        with workspace(alice_ws):
            queue_reply(lead, author=alice, text="Hello.")
        response = enter(rosa, alice_ws).post(url("inbox:set_assignee", lead.id), {"to": "nobody"})
        assert response.status_code == 302
        with workspace(alice_ws):
            lead.refresh_from_db()
            assert lead.assignee is None
