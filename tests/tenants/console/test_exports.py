"""Exports in the consoles: asked for, watched, and downloaded by the very person the link was shown to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.http import FileResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from tenants import audit
from tenants.archive import asking, progress, store
from tenants.archive.asking import link_token, name_in
from tenants.console.views.exports import Download
from tenants.context import platform
from tenants.models import Staff, SupportAccess, Workspace, WorkspaceExport
from tests import world
from tests.conftest import client_of
from tests.support import enter
from tests.tenants.archive.conftest import archives  # noqa: F401 - a fixture, used by name

pytestmark = pytest.mark.usefixtures("archives", "redis", "db")

ClientFor = Callable[..., Client]
HTMX = {"HX-Request": "true"}


def url(row: Workspace, act: str = "export") -> str:
    return f"/workspaces/{row.id}/{act}/" if act else f"/workspaces/{row.id}/"


def as_role(user: User, role: str) -> None:
    with platform():
        Staff.objects.filter(user_id=user.id).update(role=role)


def put(row: Workspace, **values: Any) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(**values)


def export_of(row: Workspace, **values: Any) -> WorkspaceExport:
    with platform():
        return WorkspaceExport.objects.create(workspace=row, person="Rosa", **values)


def kept_export(row: Workspace, data: bytes = b"PK an archive") -> str:
    """A file that is ready, with its row."""
    name = store.store().save(f"exports/{row.id}/2026-11-27-1200-abc.zip", ContentFile(data))
    return export_of(row, file=name, size=len(data), state="done", finished_at=timezone.now()).file


def link_for(person: User, row: Workspace, name: str, *, console: str = "reseller") -> str:
    with platform():
        whose = row.reseller_id if console == "reseller" else None
        token = link_token(row, user_id=person.pk, console=whose, name=name)
    return f"/workspaces/{row.id}/export/{token}/"


class TestAsking:
    @pytest.mark.parametrize("who", ["rosa", "olga"])
    def test_it_works(
        self,
        client_for: ClientFor,
        request: pytest.FixtureRequest,
        alice_ws: Workspace,
        redis: Redis,
        in_commit: Callable[[], Any],
        lines: list[audit.Act],
        who: str,
    ) -> None:
        person = request.getfixturevalue(who)
        client = client_for(person)
        with in_commit():
            assert client.post(url(alice_ws)).status_code == 302
        assert (redis.llen("schema"), [line.action for line in lines]) == (1, ["workspace.export"] * 2)
        with platform():
            row = WorkspaceExport.objects.get()
        assert (row.workspace_id, row.state, row.person) == (
            alice_ws.id,
            "waiting",
            f"{person.name} <{person.email}>",
        )
        again = client.post(url(alice_ws), follow=True).content.decode()
        assert "It is being written already" in again
        assert (redis.llen("schema"), len(lines)) == (1, 2)

    def test_what_failed_is_tried_again(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        export_of(alice_ws, state="failed", error="It is full.", finished_at=timezone.now())
        client = client_for(rosa)
        part = client.get(url(alice_ws, "exports"), headers=HTMX).content.decode()
        assert ("It was not written. It is full." in part, "</svg>Try again</button>" in part) == (True, True)
        client.post(url(alice_ws))
        with platform():
            assert list(WorkspaceExport.objects.values_list("state", flat=True)) == ["waiting"]

    def test_not_while_it_is_restored_or_packed_away(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        progress.note(alice_ws.id, what="restore", state=progress.RUNNING)
        client = client_for(rosa)
        assert "It is being written already" in client.post(url(alice_ws), follow=True).content.decode()
        progress.note(alice_ws.id, what="restore", state=progress.DONE)
        put(alice_ws, schema=None, state="archived")
        assert "It is being written already" in client.post(url(alice_ws), follow=True).content.decode()
        with platform():
            assert not WorkspaceExport.objects.exists()

    @pytest.mark.parametrize("role", ["support", "billing"])
    def test_it_checks_permission(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, role: str
    ) -> None:
        as_role(rosa, role)
        client = client_for(rosa)
        asked = [client.post(url(alice_ws)), client.get(url(alice_ws, "exports"))]
        assert [answer.status_code for answer in asked] == [403, 403]
        assert 'id="exports"' not in client.get(url(alice_ws, "")).content.decode()
        with platform():
            assert not WorkspaceExport.objects.exists()

    def test_other_workspace_gets_404(self, client_for: ClientFor, rosa: User, mallory_ws: Workspace) -> None:
        client = client_for(rosa)
        asked = [client.post(url(mallory_ws)), client.get(url(mallory_ws, "exports"))]
        assert [answer.status_code for answer in asked] == [404, 404]
        with platform():
            assert not WorkspaceExport.objects.exists()

    def test_strangers_sign_in_first(self, visitor: Callable[[str], Client], alice_ws: Workspace) -> None:
        answer = visitor("rosa.test").post(url(alice_ws))
        assert answer.headers["Location"].startswith("/account/login/")


class TestInside:
    """Whoever is in the workspace to help does not take its data along in another tab."""

    @pytest.mark.parametrize("who", ["rosa", "olga"])
    def test_nobody_exports(
        self, request: pytest.FixtureRequest, alice_ws: Workspace, client_for: ClientFor, who: str
    ) -> None:
        person = request.getfixturevalue(who)
        console = "reseller" if who == "rosa" else "platform"
        link = link_for(person, alice_ws, kept_export(alice_ws), console=console)
        enter(person, alice_ws)
        client = client_for(person)
        assert client.post(url(alice_ws)).status_code == 403
        assert client.get(link).status_code == 403
        page = client.get(url(alice_ws, "")).content.decode()
        assert "Leave it before you take its data along." in page
        assert ("Download the export" in page, f'action="{url(alice_ws)}"' in page) == (False, False)
        with platform():
            SupportAccess.objects.update(ended_at=timezone.now())
        assert client.get(link).getvalue() == b"PK an archive"

    def test_a_stay_of_somebody_else_or_elsewhere_is_no_reason(
        self, rosa: User, olga: User, alice_ws: Workspace, client_for: ClientFor
    ) -> None:
        enter(olga, alice_ws)
        with platform():
            other = Workspace.objects.create(reseller=alice_ws.reseller, name="Other", owner_email="o@x.test")
            stay = {"user": rosa, "reseller": alice_ws.reseller, "person": "Rosa", "reason": "to help them"}
            soon = timezone.now() + timedelta(hours=1)
            SupportAccess.objects.create(workspace=other, expires_at=soon, entered_at=timezone.now(), **stay)
            SupportAccess.objects.create(workspace=alice_ws, expires_at=soon, **stay)  # not entered
        assert client_for(rosa).post(url(alice_ws)).status_code == 302


class TestHeld:
    """What the platform suspended a reseller neither has written into a file nor downloads."""

    @pytest.mark.parametrize(
        "values",
        [
            {"state": "suspended", "suspended_by": "platform"},
            {"state": "suspended", "suspended_by": ""},
            {"state": "archived", "suspended_by": "platform"},
        ],
    )
    def test_a_reseller_may_not(
        self, client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace, values: dict[str, str]
    ) -> None:
        name = kept_export(alice_ws)
        put(alice_ws, **values)
        client = client_for(rosa)
        assert client.post(url(alice_ws)).status_code == 403
        assert client.get(link_for(rosa, alice_ws, name)).status_code == 403
        page = client.get(url(alice_ws, "")).content.decode()
        assert "its data can be had from the platform’s operators only" in page
        assert ("Download the export" in page, f'action="{url(alice_ws)}"' in page) == (False, False)
        operator = client_for(olga)
        assert operator.get(link_for(olga, alice_ws, name, console="platform")).getvalue() == b"PK an archive"
        assert operator.post(url(alice_ws)).status_code == 302

    def test_their_own_suspension_is_no_reason(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        put(alice_ws, state="suspended", suspended_by="reseller")
        assert client_for(rosa).post(url(alice_ws)).status_code == 302


class TestPage:
    @pytest.mark.parametrize(
        ("state", "noted", "words"),
        [
            ("waiting", None, "It begins as soon as"),
            ("running", {"done": 12_345, "total": 50_000}, "Writing: 12,345 of 50,000 rows"),
        ],
    )
    def test_it_shows_how_far_it_is(
        self,
        client_for: ClientFor,
        rosa: User,
        alice_ws: Workspace,
        state: str,
        noted: dict[str, int] | None,
        words: str,
    ) -> None:
        row = export_of(alice_ws, state=state)
        if noted:
            progress.note(row.id, what="export", state=progress.RUNNING, **noted)
        part = client_for(rosa).get(url(alice_ws, "exports"), headers=HTMX).content.decode()
        assert ("<html" in part, words in part, 'hx-trigger="every 2s"' in part) == (False, True, True)
        assert "</button>" not in part
        whole = client_for(rosa).get(url(alice_ws, "exports"))
        assert whole.headers["Location"] == url(alice_ws, "")

    def test_what_was_cut_off_is_said(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        progress.note(export_of(alice_ws, state="running").id, what="export", state=progress.RUNNING)
        monkeypatch.setattr(progress, "STALE", 0)
        part = client_for(rosa).get(url(alice_ws, "exports"), headers=HTMX).content.decode()
        assert "It was cut off, and begins again by itself." in part

    def test_it_says_for_how_long(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        page = client_for(rosa).get(url(alice_ws, "")).content.decode()
        assert "It is kept for 7 days." in page
        kept_export(alice_ws)
        page = client_for(rosa).get(url(alice_ws, "")).content.decode()
        assert ("Download the export" in page, "Until <time" in page) == (True, True)
        with platform():
            WorkspaceExport.objects.update(finished_at=timezone.now() - timedelta(days=7))
        assert "Download the export" not in client_for(rosa).get(url(alice_ws, "")).content.decode()

    def test_packed_away_data_is_offered_as_it_is(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        name = store.store().save(f"dropped/{alice_ws.id}/x.zip", ContentFile(b"PK dropped"))
        put(alice_ws, schema=None, state="archived", archive=name)
        client = client_for(rosa)
        page = client.get(url(alice_ws, "")).content.decode()
        assert ("Download what was packed away" in page, "</svg>Export</button>" in page) == (True, False)
        link = page.split(f'href="{url(alice_ws)}')[1].split('"')[0]
        assert client.get(f"{url(alice_ws)}{link}").getvalue() == b"PK dropped"

    @pytest.mark.usefixtures("warm")
    def test_more_exports_ask_no_more_questions(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace
    ) -> None:
        client, counts = client_for(rosa), []
        client.get(url(alice_ws, ""))
        for number in (1, 2):
            for _ in range(number):
                kept_export(alice_ws)
            with CaptureQueriesContext(connection) as asked:
                page = client.get(url(alice_ws, "")).content.decode()
            counts.append((len(asked), page.count("Download the export")))
        assert counts == [(15, 1), (15, 3)]


class TestDownload:
    def test_it_works(
        self, client_for: ClientFor, rosa: User, alice_ws: Workspace, lines: list[audit.Act]
    ) -> None:
        kept_export(alice_ws)
        client = client_for(rosa)
        page = client.get(url(alice_ws, "")).content.decode()
        link = page.split(f'href="{url(alice_ws)}')[1].split('"')[0]
        answer = client.get(f"{url(alice_ws)}{link}")
        assert answer.getvalue() == b"PK an archive"
        told = [answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Length")]
        assert told == ["application/zip", "nosniff", "13"]
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="alices-2026-11-27')
        assert [line.action for line in lines] == ["workspace.download"] * 2

    def test_it_comes_in_pieces(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        link = link_for(rosa, alice_ws, kept_export(alice_ws, b"x" * (Download.block_size * 3)))
        answer: Any = client_for(rosa).get(link)
        assert isinstance(answer, FileResponse)
        pieces: Any = answer.streaming_content
        assert [len(piece) for piece in pieces] == [Download.block_size] * 3

    @pytest.mark.parametrize("who", ["rosa", "olga"])
    def test_the_client_reads_who_took_their_data(
        self,
        client_for: ClientFor,
        request: pytest.FixtureRequest,
        alice_ws: Workspace,
        alice: User,
        rosa: User,
        who: str,
    ) -> None:
        person = request.getfixturevalue(who)
        console = "reseller" if who == "rosa" else "platform"
        link = link_for(person, alice_ws, kept_export(alice_ws), console=console)
        client_for(person).post(url(alice_ws))
        assert client_for(person).get(link).getvalue()
        said = ("asked for an export of Alice&#x27;s", "downloaded an export of Alice&#x27;s")
        page = client_for(alice).get("/settings/activity/?kind=workspace").content.decode()
        assert [page.count(words) for words in (*said, person.email)] == [1, 1, 2]
        page = client_for(rosa).get("/log/?kind=workspace").content.decode()
        assert [page.count(words) for words in said] == [1, 1]

    def test_it_is_one_persons(
        self, client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace
    ) -> None:
        link = link_for(rosa, alice_ws, kept_export(alice_ws))
        assert client_for(olga).get(link).status_code == 404
        with platform():
            rob = User.objects.create(email="rob@rosa.test", name="Rob", role="staff", password="!")
            whose = {"reseller": alice_ws.reseller, "role": "owner", "accepted_at": timezone.now()}
            Staff.objects.create(user=rob, **whose)
        assert client_of(rob, host=world.ROSA_HOST).get(link).status_code == 404
        as_role(rosa, "support")
        assert client_for(rosa).get(link).status_code == 403

    def test_it_is_one_consoles(
        self, rosa: User, rita: User, alice_ws: Workspace, mallory_ws: Workspace
    ) -> None:
        """Rosa is on Rita's staff too, and the workspace has become Rita's client."""
        name = kept_export(alice_ws)
        link = link_for(rosa, alice_ws, name)
        with platform():
            Staff.objects.create(
                user=rosa, reseller=mallory_ws.reseller, role="admin", accepted_at=timezone.now()
            )
        put(alice_ws, reseller=mallory_ws.reseller)
        there = client_of(rosa, host=world.RITA_HOST)
        assert there.get(link).status_code == 404
        with platform():
            own = link_token(alice_ws, user_id=rosa.pk, console=mallory_ws.reseller_id, name=name)
        assert there.get(f"{url(alice_ws)}{own}/").getvalue() == b"PK an archive"

    def test_it_opens_its_own_workspace_alone(
        self, alice_ws: Workspace, mallory_ws: Workspace, rosa: User, on_platform: object
    ) -> None:
        name = kept_export(alice_ws)
        whose = {"user_id": rosa.pk, "console": alice_ws.reseller_id}
        token = link_token(alice_ws, **whose, name=name)
        assert name_in(token, workspace=alice_ws, **whose) == name
        assert name_in(token, workspace=mallory_ws, **whose) is None
        assert name_in(token + "x", workspace=alice_ws, **whose) is None

    @pytest.mark.parametrize("name", ["exports/other/a.zip", "/etc/passwd", "exports/../dropped/x.zip", ""])
    def test_it_leads_nowhere_else(
        self, alice_ws: Workspace, mallory_ws: Workspace, rosa: User, name: str, on_platform: object
    ) -> None:
        """Only files that a row names are there, whatever was signed."""
        kept_export(mallory_ws)
        export_of(alice_ws, state="failed", file="")
        whose = {"user_id": rosa.pk, "console": alice_ws.reseller_id}
        for wanted in (name, WorkspaceExport.objects.get(workspace=mallory_ws).file):
            token = link_token(alice_ws, **whose, name=wanted)
            assert name_in(token, workspace=alice_ws, **whose) is None

    def test_it_ends(
        self, alice_ws: Workspace, rosa: User, on_platform: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whose = {"user_id": rosa.pk, "console": alice_ws.reseller_id}
        token = link_token(alice_ws, **whose, name=kept_export(alice_ws))
        assert name_in(token, workspace=alice_ws, **whose)
        monkeypatch.setattr(asking, "LINK_SECONDS", -1)
        assert name_in(token, workspace=alice_ws, **whose) is None

    def test_its_days_are_over(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        """Though the file may still be there until the store is tidied."""
        link = link_for(rosa, alice_ws, kept_export(alice_ws))
        with platform():
            WorkspaceExport.objects.update(finished_at=timezone.now() - timedelta(days=7))
        assert client_for(rosa).get(link).status_code == 404

    def test_a_file_that_is_gone(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        link = link_for(rosa, alice_ws, kept_export(alice_ws))
        store.forget(alice_ws.id)
        assert client_for(rosa).get(link).status_code == 404
