"""A workspace's life in the consoles: each move asked about in words and numbers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from tenants.archive import progress
from tenants.context import platform
from tenants.models import Staff, Workspace
from tests.tenants.archive.conftest import archives  # noqa: F401 - a fixture, used by name
from tests.tenants.console.making import keep_facts

pytestmark = pytest.mark.usefixtures("archives", "redis")

ClientFor = Callable[..., Client]
HTMX = {"HX-Request": "true"}


def url(row: Workspace, act: str = "") -> str:
    return f"/workspaces/{row.id}/{act}/" if act else f"/workspaces/{row.id}/"


def state_of(row: Workspace) -> str:
    with platform():
        return Workspace.objects.get(id=row.id).state


def put(row: Workspace, **values: Any) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(**values)


def as_role(user: User, role: str) -> None:
    with platform():
        Staff.objects.filter(user_id=user.id).update(role=role)


class TestActs:
    @pytest.mark.parametrize(
        ("before", "act", "after"),
        [
            ("active", "past-due", "past_due"),
            ("past_due", "paid", "active"),
            ("suspended", "archive", "archived"),
            ("archived", "restore", "active"),
            ("deleted", "restore", "active"),
        ],
    )
    @pytest.mark.parametrize("who", ["rosa", "olga"])
    def test_it_works(
        self,
        client_for: ClientFor,
        request: pytest.FixtureRequest,
        alice_ws: Workspace,
        who: str,
        before: str,
        act: str,
        after: str,
    ) -> None:
        put(alice_ws, state=before)
        answer = client_for(request.getfixturevalue(who)).post(url(alice_ws, act))
        assert (answer.status_code, answer.headers["Location"], state_of(alice_ws)) == (
            302,
            url(alice_ws),
            after,
        )

    @pytest.mark.parametrize(
        ("act", "before", "words"),
        [
            (
                "past-due",
                "active",
                ["3 people can read everything and change nothing.", "Make 1 workspace"],
            ),
            (
                "archive",
                "active",
                ["3 people can no longer come in", "is packed into a file of ours", "Archive 1"],
            ),
            (
                "delete",
                "archived",
                ["nothing of Alice&#x27;s is left", "Type its name", "Delete 1 workspace"],
            ),
        ],
    )
    def test_it_says_first_what_it_does(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, act: str, before: str, words: list[str]
    ) -> None:
        put(alice_ws, state=before)
        client = client_for(rosa)
        for headers, whole in (({}, True), (HTMX, False)):
            page = client.get(url(alice_ws, act), headers=headers).content.decode()
            assert [word for word in words if word not in page] == []
            assert ("<html" in page) is whole
        assert state_of(alice_ws) == before

    @pytest.mark.parametrize(
        ("values", "age", "said"),
        [
            (
                {"contacts": 12_408, "conversations": 1, "people": 5, "storage": 2_400_000},
                timedelta(days=3, hours=2),
                "about 12,408 contacts, 1 conversation, 5 members, 2.4 MB of storage, and all its other data,"
                " its addresses, its brand and every export are gone for good. This was counted 3 days ago.",
            ),
            (
                {"contacts": 10_000, "conversations": 0, "people": 1},
                timedelta(seconds=5),
                "10,000 contacts, 0 conversations, 1 member, and all its other data, its addresses, its brand"
                " and every export are gone for good. This was counted just now.",
            ),
            ({}, None, "its data, its addresses, its brand and every export are gone for good.</p>"),
        ],
    )
    def test_deleting_says_how_much_goes(
        self,
        client_for: ClientFor,
        rosa: User,
        alice_ws: Workspace,
        values: dict[str, int],
        age: timedelta | None,
        said: str,
    ) -> None:
        put(alice_ws, state="archived")
        if age is not None:
            keep_facts(alice_ws, gathered_at=timezone.now() - age, **values)
        sheet = client_for(rosa).get(url(alice_ws, "delete"), headers=HTMX).content.decode()
        assert f"nothing of Alice&#x27;s is left: {said}" in sheet

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({}, "Alice&#x27;s is open again."),
            ({"suspended_by": "platform"}, "Alice&#x27;s is restored, and suspended as it was before."),
            ({"schema": None, "archive": "x.zip"}, "Alice&#x27;s is being restored. This page shows how far"),
            ({"state": "deleted", "purge_at": timezone.now()}, "It is too late for that with Alice&#x27;s"),
        ],
    )
    def test_restoring_says_when(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, values: dict[str, Any], said: str
    ) -> None:
        put(alice_ws, **{"state": "archived", **values})
        answer = client_for(rosa).post(url(alice_ws, "restore"), follow=True)
        assert said in answer.content.decode()

    def test_deleting_needs_the_name(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        put(alice_ws, state="archived")
        client = client_for(rosa)
        for typed in ("", "alice's", "Alice"):
            answer = client.post(url(alice_ws, "delete"), {"typed": typed}, headers=HTMX)
            assert answer.status_code == 422
            assert "This is not its name. Type “Alice&#x27;s”." in answer.content.decode()
        assert state_of(alice_ws) == "archived"
        assert client.post(url(alice_ws, "delete"), {"typed": " Alice's "}).status_code == 302
        assert state_of(alice_ws) == "deleted"

    @pytest.mark.parametrize(
        ("act", "state"),
        [("past-due", "suspended"), ("paid", "active"), ("archive", "deleted"), ("delete", "active"),
         ("restore", "active"), ("archive", "building")],
    )  # fmt: skip
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, act: str, state: str
    ) -> None:
        put(alice_ws, state=state)
        answer = client_for(rosa).post(url(alice_ws, act), {"typed": "Alice's"}, follow=True)
        assert "so nothing was changed." in answer.content.decode()
        assert state_of(alice_ws) == state

    def test_billing_marks_payments(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        as_role(rosa, "billing")
        client = client_for(rosa)
        for act, after, next_act in (
            ("past-due", "past_due", "Mark as paid"),
            ("paid", "active", "Mark as past due"),
        ):
            page = client.post(url(alice_ws, act), follow=True).content.decode()
            assert (state_of(alice_ws), f"</svg>{next_act}</" in page) == (after, True)

    @pytest.mark.parametrize(
        ("role", "act"),
        [
            *[("support", act) for act in ("past-due", "paid")],
            *[(who, act) for who in ("support", "billing") for act in ("archive", "delete", "restore")],
        ],
    )
    def test_it_checks_permission(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, act: str, role: str
    ) -> None:
        as_role(rosa, role)
        before = state_of(alice_ws)
        client = client_for(rosa)
        assert client.post(url(alice_ws, act), {"typed": "Alice's"}).status_code == 403
        assert state_of(alice_ws) == before
        page = client.get(url(alice_ws)).content.decode()
        refused = ("Archive",) if role == "billing" else ("Archive", "Mark as")
        assert [word for word in refused if word in page] == []

    @pytest.mark.parametrize("act", ["past-due", "paid", "archive", "delete", "restore", "life"])
    def test_other_workspace_gets_404(
        self, client_for: ClientFor, rosa: User, mallory_ws: Workspace, act: str
    ) -> None:
        for method in ("get", "post"):
            status = getattr(client_for(rosa), method)(url(mallory_ws, act)).status_code
            assert status in {404, 405}
        assert state_of(mallory_ws) == "active"

    @pytest.mark.parametrize("act", ["past-due", "paid", "archive", "delete", "restore", "life"])
    def test_strangers_sign_in_first(
        self, visitor: Callable[[str], Client], alice_ws: Workspace, act: str
    ) -> None:
        answer = visitor("rosa.test").post(url(alice_ws, act))
        assert answer.headers["Location"].startswith("/account/login/")
        assert state_of(alice_ws) == "active"


class TestPage:
    @pytest.mark.parametrize(
        ("values", "words", "offered"),
        [
            ({"state": "active"}, "Open since", {"Mark as past due", "Archive"}),
            ({"state": "past_due"}, "Read-only since", {"Mark as paid", "Archive"}),
            ({"state": "suspended"}, "Suspended since", {"Archive"}),
            ({"state": "archived"}, "is packed into a file of ours", {"Delete", "Restore"}),
            ({"state": "archived", "schema": None}, "Its data is packed away", {"Delete", "Restore"}),
            ({"state": "deleted"}, "It can be restored until 24 December 2026", {"Restore"}),
            ({"state": "building", "schema": None, "archive": "x"}, "Its data is being brought back", set()),
        ],
    )
    def test_it_says_how_it_stands(
        self,
        client_for: ClientFor,
        rosa: User,
        alice_ws: Workspace,
        values: dict[str, Any],
        words: str,
        offered: set[str],
    ) -> None:
        christmas = timezone.now().replace(year=2026, month=12, day=24)
        put(alice_ws, purge_at=christmas, drop_at=christmas, **values)
        page = client_for(rosa).get(url(alice_ws)).content.decode()
        life = page.split('id="life"')[1].split("</section>")[0]
        assert words in life
        labels = {"Mark as past due", "Mark as paid", "Archive", "Delete", "Restore"}
        buttons = life.split('class="life-acts"')[1]
        assert {label for label in labels if f"</svg>{label}</" in buttons} == offered
        asked = {label for label in labels if f"</svg>{label}</a>" in buttons}
        assert asked == offered & {"Mark as past due", "Archive", "Delete"}

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"state": progress.WAITING}, "It begins as soon as"),
            (
                {"state": progress.RUNNING, "done": 12_345, "total": 50_000},
                "Restoring: 12,345 of 50,000",
            ),
            (
                {"state": progress.FAILED, "error": "It is full."},
                "It was not restored. It is full.",
            ),
            ({"state": progress.DONE}, ""),
        ],
    )
    def test_it_shows_how_far_it_is(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, values: dict[str, Any], words: str
    ) -> None:
        progress.note(alice_ws.id, what="restore", **values)
        going_on = values["state"] in {progress.WAITING, progress.RUNNING}
        part = client_for(rosa).get(url(alice_ws, "life"), headers=HTMX).content.decode()
        assert "<html" not in part
        assert words in part
        assert ('hx-trigger="every 2s"' in part) is going_on

    def test_what_was_cut_off_is_said(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        progress.note(alice_ws.id, what="restore", state=progress.RUNNING)
        monkeypatch.setattr(progress, "STALE", 0)
        part = client_for(rosa).get(url(alice_ws, "life"), headers=HTMX).content.decode()
        assert "The last one was cut off. Start it again." in part
