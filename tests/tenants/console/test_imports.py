"""Bringing a workspace in from a file: the upload and its bounds, name and address, whose files those are."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection
from django.http import UnreadablePostError
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from core.accounts.models import User
from core.ui.bodies import MAX_BODY
from tenants.archive import faults, importing, progress, store, taking, upload
from tenants.context import platform
from tenants.db.alone import alone
from tenants.models import Domain, Reseller, Staff, Workspace, WorkspaceImport
from tests import world
from tests.core.ui.test_bodies import Untouchable
from tests.tenants.archive.conftest import archives  # noqa: F401 - a fixture, used by name

pytestmark = pytest.mark.usefixtures("archives", "redis", "db")

ClientFor = Callable[..., Client]
HTMX = {"HX-Request": "true"}
URL = "/workspaces/import/"
FACTS = {
    "workspace": "Fresh",
    "created_at": "2026-11-27T12:00:00+00:00",
    "rows": 1234,
    "owner_email": "owner@fresh.test",
    "owner_name": "Fay Fresh",
    "hosts": ["fresh.localhost"],
}
FORM = {"name": "Fresh again", "where": "domain", "address": "crm.fresh-again.test"}


def a_file(data: bytes = b"PK something", name: str = "fresh.zip") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/zip")


def url(row: WorkspaceImport, act: str = "") -> str:
    return f"{URL}{row.id}/{act}/" if act else f"{URL}{row.id}/"


def brought(slug: str = "rosa", **values: Any) -> WorkspaceImport:
    """A file that was checked and waits for its name."""
    with platform():
        given = {"state": "ready", "facts": FACTS, "name": "Fresh", "finished_at": timezone.now(), **values}
        row = WorkspaceImport(
            reseller=Reseller.objects.get(slug=slug), person="Rosa", filename="fresh.zip", size=12, **given
        )
        row.upload = store.store().save(f"uploads/{row.reseller_id}/{row.id}.zip", ContentFile(b"PK"))
        row.save(force_insert=True)
    return row


def now(row: WorkspaceImport) -> WorkspaceImport | None:
    with platform():
        return WorkspaceImport.objects.filter(id=row.id).first()


def state_of(row: WorkspaceImport) -> str:
    found = now(row)
    return found.state if found else "gone"


def as_role(user: User, role: str) -> None:
    with platform():
        Staff.objects.filter(user_id=user.id).update(role=role)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


class TestUpload:
    def test_it_works(
        self,
        client_for: ClientFor,
        rosa: User,
        archives: Path,  # noqa: F811 - the fixture
        redis: Redis,
        in_commit: Callable[[], Any],
    ) -> None:
        with in_commit():
            answer = client_for(rosa).post(URL, {"archive": a_file()}, headers=HTMX)
        with platform():
            row = WorkspaceImport.objects.select_related("reseller").get()
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, url(row))
        assert (row.state, row.reseller.slug, row.filename, row.size, row.person) == (
            "checking", "rosa", "fresh.zip", 12, "Rosa <rosa@rosa.test>",
        )  # fmt: skip
        assert files(archives) == [row.upload]
        assert (archives / row.upload).read_bytes() == b"PK something"
        assert (archives / row.upload).stat().st_mode & 0o777 == 0o600
        assert redis.llen("schema") == 1
        assert client_for(rosa).post(URL, {"archive": a_file()}).status_code == 302

    def test_a_large_one_goes_to_the_disk_and_is_moved(
        self,
        client_for: ClientFor,
        rosa: User,
        archives: Path,  # noqa: F811 - the fixture
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Never whole in memory, and never a second time on the disk."""
        seen: list[Any] = []
        keep = store.keep_upload

        def look(reseller_id: Any, import_id: Any, file: Any) -> str:
            seen.extend([type(file).__mro__[1], Path(file.temporary_file_path()).parent, Path(file.name)])
            inode = Path(file.temporary_file_path()).stat().st_ino
            name = keep(reseller_id, import_id, file)
            seen.append((archives / name).stat().st_ino == inode)
            return name

        monkeypatch.setattr(taking, "keep_upload", look)
        data = b"PK" + b"x" * MAX_BODY
        assert client_for(rosa).post(URL, {"archive": a_file(data)}).status_code == 302
        assert seen == [TemporaryUploadedFile, archives / "unfinished", Path("fresh.zip"), True]
        (name,) = files(archives)
        assert (archives / name).read_bytes() == data

    @pytest.mark.parametrize("sent", [{}, {"archive": ""}])
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, sent: dict[str, str]
    ) -> None:
        said = "Choose the file of an export first."
        for headers, whole in (({}, True), (HTMX, False)):
            answer = client_for(rosa).post(URL, sent, headers=headers)
            page = answer.content.decode()
            assert (answer.status_code, said in page, "<html" in page) == (422, True, whole)

    def test_an_empty_file_is_a_clear_error(self, client_for: ClientFor, rosa: User) -> None:
        answer = client_for(rosa).post(URL, {"archive": a_file(b"")})
        assert (answer.status_code, "This file is empty." in answer.content.decode()) == (422, True)

    def test_more_than_the_limit_is_not_read(self, client_for: ClientFor, rosa: User, settings: Any) -> None:
        settings.IMPORT_MAX_BYTES = 5_000_000
        headers: Any = {"CONTENT_LENGTH": "5000001", "wsgi.input": Untouchable()}
        assert (
            client_for(rosa).post(URL, CONTENT_TYPE="multipart/form-data; boundary=x", **headers).status_code
            == 413
        )

    @pytest.mark.parametrize("who", ["nobody", "support", "billing"])
    def test_of_whoever_may_not_nothing_is_read(self, client_for: ClientFor, rosa: User, who: str) -> None:
        """Before the check for forged forms too, which reads the body."""
        as_role(rosa, who if who != "nobody" else "owner")
        client = Client(HTTP_HOST=world.ROSA_HOST) if who == "nobody" else client_for(rosa)
        client.handler.enforce_csrf_checks = True
        client.cookies["csrf"] = "t" * 32
        headers: Any = {"CONTENT_LENGTH": str(MAX_BODY + 1), "wsgi.input": Untouchable()}
        answer = client.post(URL, CONTENT_TYPE="multipart/form-data; boundary=x", **headers)
        assert answer.status_code == 413

    @pytest.mark.parametrize("path", ["/workspaces/new/", f"{URL}0199aaaa-0000-7000-8000-000000000000/"])
    def test_no_other_page_takes_as_much(self, client_for: ClientFor, rosa: User, path: str) -> None:
        headers: Any = {"CONTENT_LENGTH": str(MAX_BODY + 1), "wsgi.input": Untouchable()}
        answer = client_for(rosa).post(path, CONTENT_TYPE="multipart/form-data; boundary=x", **headers)
        assert answer.status_code == 413

    def test_a_forged_form_is_refused_and_leaves_no_file(
        self,
        client_for: ClientFor,
        rosa: User,
        archives: Path,  # noqa: F811 - the fixture
    ) -> None:
        client = client_for(rosa)
        client.handler.enforce_csrf_checks = True
        body = encode_multipart(BOUNDARY, {"archive": a_file(b"x" * (MAX_BODY + 10))})
        assert client.generic("POST", URL, body, content_type=MULTIPART_CONTENT).status_code == 403
        assert files(archives) == []

    @pytest.mark.parametrize("where", ["while it comes", "at its first byte", "where it is kept"])
    def test_a_full_disk_is_said_and_leaves_no_file(
        self,
        client_for: ClientFor,
        rosa: User,
        archives: Path,  # noqa: F811 - the fixture
        monkeypatch: pytest.MonkeyPatch,
        where: str,
    ) -> None:
        def fail(*args: Any, **kwargs: Any) -> Any:
            raise OSError(28, "No space left on device")

        place: tuple[Any, str] = {
            "while it comes": (upload._Growing, "write"),
            "at its first byte": (tempfile, "NamedTemporaryFile"),
            "where it is kept": (taking, "keep_upload"),
        }[where]
        monkeypatch.setattr(*place, fail, raising=False)
        answer = client_for(rosa).post(URL, {"archive": a_file(b"x" * (MAX_BODY + 10))}, headers=HTMX)
        assert (answer.status_code, faults.NO_ROOM in answer.content.decode()) == (422, True)
        monkeypatch.undo()
        assert files(archives) == []
        with platform():
            assert not WorkspaceImport.objects.exists()

    def test_one_reseller_does_not_fill_the_disk(self, client_for: ClientFor, rosa: User) -> None:
        rows = [brought() for _ in range(taking.MAX_KEPT)]
        brought("rita")
        client = client_for(rosa)
        answer = client.post(URL, {"archive": a_file()})
        assert (answer.status_code, taking.TOO_MANY in answer.content.decode()) == (422, True)
        assert client.post(url(rows[0], "discard")).status_code == 302
        assert client.post(URL, {"archive": a_file()}).status_code == 302

    @pytest.mark.parametrize(
        ("hinder", "words"),
        [
            (lambda m: [brought() for _ in range(taking.MAX_KEPT)], taking.TOO_MANY),
            (lambda m: m.setattr(upload, "RESERVE", 2**60), faults.NO_ROOM),
        ],
    )
    def test_what_cannot_be_kept_is_not_written(
        self,
        client_for: ClientFor,
        rosa: User,
        monkeypatch: pytest.MonkeyPatch,
        hinder: Callable[[pytest.MonkeyPatch], Any],
        words: str,
    ) -> None:
        hinder(monkeypatch)
        begun: list[Any] = []
        monkeypatch.setattr(upload, "_Growing", lambda *args, **kwargs: begun.append(args))
        answer = client_for(rosa).post(URL, {"archive": a_file(b"x" * (MAX_BODY + 10))}, headers=HTMX)
        assert (answer.status_code, words in answer.content.decode(), begun) == (422, True, [])

    def test_a_resellers_files_come_one_at_a_time(
        self, client_for: ClientFor, rosa: User, rita: User
    ) -> None:
        large = b"x" * (MAX_BODY + 10)
        with platform():
            reseller = Reseller.objects.get(slug="rosa")
            with alone("upload", reseller.id):  # another of theirs is on its way
                answers = [client_for(who).post(URL, {"archive": a_file(large)}) for who in (rosa, rita)]
        assert [upload.ONE_AT_A_TIME in answer.content.decode() for answer in answers] == [True, False]
        assert client_for(rosa).post(URL, {"archive": a_file(large)}).status_code == 302

    def test_one_that_breaks_off_does_not_keep_the_next_out(
        self, client_for: ClientFor, rosa: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any) -> None:
            raise UnreadablePostError

        large = b"x" * (MAX_BODY + 10)
        with monkeypatch.context() as cut:
            cut.setattr(upload._Growing, "write", fail, raising=False)
            assert client_for(rosa).post(URL, {"archive": a_file(large)}).status_code >= 400
        assert client_for(rosa).post(URL, {"archive": a_file(large)}).status_code == 302

    def test_a_turn_is_over_with_its_file(self) -> None:
        over: list[str] = []
        with ExitStack() as turn:
            turn.callback(over.append, "over")
            upload._Growing("fresh.zip", None, None, None, turn=turn).close()
            assert over == ["over"]

    @pytest.mark.parametrize("who", ["support", "billing"])
    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, who: str) -> None:
        row = brought()
        as_role(rosa, who)
        client = client_for(rosa)
        asked = [
            client.get(URL),
            client.post(URL, {"archive": a_file()}),
            client.get(url(row)),
            client.post(url(row), FORM),
            client.post(url(row, "again")),
            client.post(url(row, "discard")),
        ]
        assert {answer.status_code for answer in asked} == {403}
        assert (state_of(row), URL in client.get("/workspaces/").content.decode()) == ("ready", False)

    def test_operators_have_none(self, client_for: ClientFor, olga: User) -> None:
        assert client_for(olga).get(URL).status_code == 404
        assert URL not in client_for(olga).get("/workspaces/").content.decode()


class TestPage:
    def test_the_list_leads_there(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        assert f'href="{URL}"' in client.get("/workspaces/").content.decode()
        assert "Nothing was brought in yet" in client.get(URL).content.decode()

    def test_it_lists_a_resellers_own(self, client_for: ClientFor, rosa: User) -> None:
        brought()
        brought("rita", name="Theirs")
        page = client_for(rosa).get(URL).content.decode()
        assert ("Waits for a name" in page, "Theirs" in page) == (True, False)

    @pytest.mark.usefixtures("warm")
    def test_more_files_ask_no_more_questions(self, client_for: ClientFor, rosa: User) -> None:
        client, counts = client_for(rosa), []
        client.get(URL)
        for number in (1, 2):
            for _ in range(number):
                brought()
            with CaptureQueriesContext(connection) as asked:
                page = client.get(URL).content.decode()
            counts.append((len(asked), page.count("Waits for a name")))
        assert counts == [(counts[0][0], 1), (counts[0][0], 3)]

    @pytest.mark.parametrize(
        ("state", "noted", "words"),
        [
            ("checking", None, "It begins as soon as"),
            ("checking", {"what": "check", "done": 1_048_576, "total": 2_097_152}, "1.0\xa0MB of 2.0\xa0MB"),
            (
                "importing",
                {"what": "import", "done": 1_000, "total": 5_000},
                "Bringing in: 1,000 of 5,000",
            ),
        ],
    )
    def test_it_shows_how_far_it_is(
        self,
        client_for: ClientFor,
        rosa: User,
        state: str,
        noted: dict[str, Any] | None,
        words: str,
    ) -> None:
        row = brought(state=state)
        if noted:
            progress.note(row.id, state=progress.RUNNING, **noted)
        part = client_for(rosa).get(url(row), headers=HTMX).content.decode()
        assert ("<html" in part, words in part, 'hx-trigger="every 1s"' in part) == (False, True, True)
        assert "<form" not in part

    def test_one_that_failed_for_good_says_why(self, client_for: ClientFor, rosa: User) -> None:
        row = brought(state="failed", error="It has no manifest.json.")
        with platform():
            importing.forget_upload(row)
        page = client_for(rosa).get(url(row)).content.decode()
        assert ("It has no manifest.json." in page, "Nothing was made of this file." in page) == (True, True)
        assert ("Choose another file" in page, "</svg>Try again<" in page) == (True, False)

    def test_one_that_may_work_next_time_is_tried_again(self, client_for: ClientFor, rosa: User) -> None:
        row, client = brought(state="failed", error=faults.OURS), client_for(rosa)
        assert "</svg>Try again<" in client.get(url(row)).content.decode()
        client.post(url(row, "again"))
        assert state_of(row) == "checking"
        other = brought(state="failed", error=faults.OURS, host="crm.fresh.test", schema="w_x")
        client.post(url(other, "again"))
        assert state_of(other) == "importing"

    def test_one_that_is_done_leads_on(self, client_for: ClientFor, rosa: User, alice_ws: Workspace) -> None:
        row = brought(id=alice_ws.id, state="done", name="Alice's")
        page = client_for(rosa).get(url(row)).content.decode()
        assert f'href="/workspaces/{alice_ws.id}/"' in page
        assert 'href="http://alice.test:8000/"' in page
        assert "sign in at the new address with the e-mail and password they had" in page


class TestName:
    def test_it_works(
        self, client_for: ClientFor, rosa: User, redis: Redis, in_commit: Callable[[], Any]
    ) -> None:
        row, client = brought(), client_for(rosa)
        page = client.get(url(row)).content.decode()
        assert "Import 1,234 rows" in page
        assert "sign in at the new address with the e-mail and password they had" in page
        with in_commit():
            answer = client.post(url(row), FORM)
        found = now(row)
        assert found is not None
        assert (answer.headers["Location"], redis.llen("schema")) == (url(row), 1)
        assert (found.state, found.name, found.host) == ("importing", "Fresh again", "crm.fresh-again.test")
        assert found.schema.startswith("w_")
        client.post(url(row), {**FORM, "name": "Too late"})
        again = now(row)
        assert again is not None
        assert (again.name, again.schema) == ("Fresh again", found.schema)

    @pytest.mark.parametrize(
        ("hosts", "taken", "where", "address"),
        [
            (["fresh.localhost"], (), "subdomain", "fresh"),
            (["crm.fresh.example"], (), "domain", "crm.fresh.example"),
            (["crm.fresh.example", "fresh-2.localhost"], ("crm.fresh.example",), "subdomain", "fresh-2"),
            (["crm.fresh.example"], ("crm.fresh.example",), "subdomain", "fresh"),
            (["crm.fresh.example"], ("crm.fresh.example", "fresh.localhost"), "subdomain", ""),
            (["not a host", "admin.localhost", "10.0.0.1"], (), "subdomain", "fresh"),
            ([world.ALICE_HOST], (), "subdomain", "fresh"),
            (["sub.mallory.test"], (), "subdomain", "fresh"),
            ([], (), "subdomain", "fresh"),
        ],
    )
    def test_the_address_it_had_is_offered_where_it_is_free(
        self,
        client_for: ClientFor,
        rosa: User,
        alice_ws: Workspace,
        hosts: list[str],
        taken: tuple[str, ...],
        where: str,
        address: str,
    ) -> None:
        with platform():
            for host in taken:
                Domain.objects.create(
                    host=host,
                    kind="workspace",
                    reseller=alice_ws.reseller,
                    workspace=alice_ws,
                    is_primary=False,
                )
        row = brought(facts={**FACTS, "hosts": hosts})
        form = client_for(rosa).get(url(row)).context["form"]
        assert (form["name"].value(), form["where"].value(), form["address"].value()) == (
            "Fresh", where, address,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"name": ""}, "Type the client’s name."),
            ({"address": ""}, "Type the domain at which they are to find it."),
            ({"address": "no host"}, "A host name has no spaces."),
            ({"where": "subdomain", "address": "admin"}, "is kept for the platform itself"),
            ({"address": world.ALICE_HOST}, "is already in use. Choose another domain."),
            ({"address": "a1ice.test"}, "which belongs to somebody else"),
            ({"address": "sub.mallory.test"}, "which belongs to somebody else"),
            ({"name": "a\x00b"}, "Null characters are not allowed."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, change: dict[str, str], said: str
    ) -> None:
        row = brought()
        answer = client_for(rosa).post(url(row), {**FORM, **change})
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
        assert state_of(row) == "ready"

    def test_an_address_that_was_taken_meanwhile_is_said(self, client_for: ClientFor, rosa: User) -> None:
        row = brought(error="“crm.fresh.test” is already in use. Choose another domain.")
        page = client_for(rosa).get(url(row)).content.decode()
        assert "“crm.fresh.test” is already in use. Choose another domain. Nothing was made." in page

    def test_it_is_thrown_away(
        self,
        client_for: ClientFor,
        rosa: User,
        archives: Path,  # noqa: F811 - the fixture
    ) -> None:
        row = brought()
        page = client_for(rosa).post(url(row, "discard"), follow=True).content.decode()
        assert "fresh.zip is forgotten. Nothing was made of it." in page
        assert (now(row), files(archives)) == (None, [])

    @pytest.mark.parametrize("state", ["checking", "importing", "done"])
    def test_not_while_it_goes_on(self, client_for: ClientFor, rosa: User, state: str) -> None:
        row, client = brought(state=state), client_for(rosa)
        for act in ("discard", "again"):
            answer = client.post(url(row, act), follow=True)
            assert "It is not waiting for this any more." in answer.content.decode()
        assert state_of(row) == state

    @pytest.mark.parametrize("act", ["", "again", "discard"])
    def test_another_resellers_gets_404(self, client_for: ClientFor, rosa: User, act: str) -> None:
        row, client = brought("rita"), client_for(rosa)
        assert client.post(url(row, act), FORM).status_code == 404
        assert client.get(url(row)).status_code == 404
        assert state_of(row) == "ready"
