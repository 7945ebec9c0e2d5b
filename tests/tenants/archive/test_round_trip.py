"""A workspace that went through an archive is the same, wherever it is opened."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from branding.models import Brand
from core.accounts.models import SupportSession, User
from core.sending.models import Delivery
from core.timeline.models import AuditEntry
from tenants import audit
from tenants.archive.bringing import import_workspace
from tenants.archive.manifest import Manifest
from tenants.archive.parts import left_out
from tenants.archive.tables import exported_columns
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, SetupStep, SpareSchema, Workspace
from tenants.schema.cluster import prepare
from tenants.schema.owner import owner_connection
from tests import world
from tests.services import ROOT, dsn
from tests.tenants.archive.conftest import members_of, rows_of, schemas
from tests.tenants.archive.older import as_older

CHANGED = ("sending_delivery", "accounts_supportsession", "timeline_auditentry", "timeline_pendingentry")
"""What arrival itself changes: nothing is sent by itself, nobody is inside any more, and the log says so."""


def brought(path: Path, *, slug: str = "rita") -> Workspace:
    with platform():
        reseller = Reseller.objects.get(slug=slug)
    return import_workspace(path, reseller=reseller, host=f"moved-{uuid7().hex[-12:]}.test")


def same_but(row: Workspace) -> dict[str, tuple[int, str]]:
    return rows_of(row.schema, but=(*left_out(), *CHANGED))


def test_under_another_reseller_every_row_is_the_same(
    lived_in: Workspace, archive_file: Path, lines: list[audit.Act]
) -> None:
    before = same_but(lived_in)
    assert {name for name, (count, _) in before.items() if not count} <= {
        "account_emailconfirmation", "accounts_teamrole", "conversations_seenmark", "reports_day",
    }  # fmt: skip
    row = brought(archive_file)
    assert same_but(row) == before == same_but(lived_in)
    assert row.schema != lived_in.schema
    assert (row.reseller.slug, row.name, row.state) == ("rita", "Fresh", "active")
    assert (row.owner_email, row.owner_name) == ("owner@fresh.test", "Fay Fresh")
    assert [line.action for line in lines] == ["brand.change", "workspace.import"]
    assert lines[-1].target == str(row.id)
    with workspace(lived_in):
        told = list(AuditEntry.objects.order_by("seq").values_list("hash", flat=True))
    with workspace(row):
        brought_along = AuditEntry.objects.order_by("seq")
        assert [line.hash for line in brought_along][: len(told)] == told
        assert [line.action for line in brought_along][len(told) :] == ["workspace.brought"]
    with platform():
        assert not SpareSchema.objects.filter(schema=row.schema).exists()
        assert list(SetupStep.objects.filter(workspace=row).values_list("state", flat=True)) == ["done"]


def test_its_brand_comes_along(lived_in: Workspace, archive_file: Path) -> None:
    row = brought(archive_file)
    with platform():
        old, new = (
            Brand.objects.select_related("logo", "icon").get(workspace=one) for one in (lived_in, row)
        )
        assert (new.name, new.hue, new.radius, new.reseller_id) == ("Fresh", 120.5, 4, row.reseller_id)
        pictures = [[bytes(one.png) for one in (brand.logo, brand.icon) if one] for brand in (old, new)]
        assert (len(pictures[0]), pictures[1]) == (2, pictures[0])
        assert new.logo_id != old.logo_id


def test_nothing_is_sent_and_nobody_is_inside(lived_in: Workspace, archive_file: Path) -> None:
    row = brought(archive_file)
    with workspace(row):
        states = dict(Delivery.objects.values_list("ref", "state"))
        assert states == {"waiting": "skipped", "flying": "unknown", "sent": "sent"}
        reasons = dict(Delivery.objects.values_list("ref", "reason"))
        assert reasons["waiting"] == "Restored from an archive: it was not sent by itself."
        assert SupportSession.objects.filter(ended_at=None).count() == 0
    with workspace(lived_in):
        assert dict(Delivery.objects.values_list("ref", "state"))["waiting"] == "queued"


def test_its_people_sign_in_and_new_rows_follow(archive_file: Path) -> None:
    row = brought(archive_file)
    with platform():
        host = Domain.objects.get(workspace=row).host
    visitor = Client(HTTP_HOST=host)
    login = {"login": "zoe@fresh.test", "password": "correct-horse-battery"}
    assert visitor.post("/account/login/", login).status_code == 302
    assert visitor.get("/inbox/").status_code == 200
    with workspace(row), transaction.atomic():
        User.objects.create(email="new@fresh.test", role="agent")


def test_counters_go_on_after_what_came_in(archive_file: Path) -> None:
    row = brought(archive_file)
    with owner_connection() as owner:
        highest = owner.execute(f"SELECT max(id) FROM {row.schema}.django_content_type".encode()).fetchone()
        following = owner.execute(
            f"SELECT nextval(pg_get_serial_sequence('{row.schema}.django_content_type', 'id'))".encode()
        ).fetchone()
    assert (highest or (0,))[0] + 1 == (following or (0,))[0]


def test_into_another_database_of_the_cluster(lived_in: Workspace, archive_file: Path) -> None:
    name = f"marque_other_{uuid7().hex[-8:]}"
    prepare(os.environ["TEST_SUPERUSER_DSN"], name, template=os.environ["TEST_WORLD"])
    other = {"DATABASE_URL": dsn("marque_web", name), "OWNER_DATABASE_URL": dsn("marque_owner", name)}
    try:
        done = subprocess.run(
            [sys.executable, "manage.py", "import_workspace", str(archive_file),
             "--reseller", "rita", "--domain", "moved.test", "--name", "Moved"],
            cwd=ROOT, env={**os.environ, **other}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout.strip()) == (0, "Moved is open at http://moved.test:8000/."), (
            done
        )
        with psycopg.connect(other["OWNER_DATABASE_URL"]) as owner:
            found = owner.execute("SELECT schema FROM tenants_workspace WHERE name = 'Moved'").fetchone()
            assert found
            texts = owner.execute(f"SELECT t::text FROM {found[0]}.contacts_contact t ORDER BY 1".encode())
            contacts = [text for (text,) in texts.fetchall()]
            owner.execute(f"DROP SCHEMA {found[0]} CASCADE".encode())
            owner.execute(f"DROP ROLE {found[0]}".encode())
    finally:
        with psycopg.connect(os.environ["TEST_SUPERUSER_DSN"], autocommit=True) as conn:
            conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
    with owner_connection() as owner:
        rows = owner.execute(f"SELECT t::text FROM {lived_in.schema}.contacts_contact t ORDER BY 1".encode())
        assert contacts == [text for (text,) in rows.fetchall()]


def test_one_of_an_older_release_is_migrated(lived_in: Workspace, archive_file: Path, tmp_path: Path) -> None:
    """Made by hand at the state before the newest migration of accounts, whose table has rows."""
    older = as_older(archive_file, tmp_path / "older.zip")
    before = rows_of(lived_in.schema)["accounts_user"]
    row = brought(older)
    with owner_connection() as owner:
        assert exported_columns(owner, str(row.schema)) == exported_columns(owner, str(lived_in.schema))
    assert (rows_of(row.schema)["accounts_user"], rows_of(row.schema)["accounts_teamrole"][0]) == (before, 0)
    with workspace(row):
        assert User.objects.get(email="zoe@fresh.test").team_role_id is None


class TestManifest:
    def test_it_says_what_is_in_it(self, lived_in: Workspace, archive_file: Path) -> None:
        members = members_of(archive_file)
        found = Manifest.read(members["manifest.json"])
        assert (found.format, found.product, found.workspace) == (1, "Marque 0.1.0", "Fresh")
        assert found.schema_name == lived_in.schema
        counts = {name: count for name, (count, _) in rows_of(lived_in.schema, but=tuple(left_out())).items()}
        assert {table.name: table.rows for table in found.tables} == counts
        assert found.left_out == {
            "django_migrations": "named in the manifest",
            "django_session": "Signing in is bound to this installation",
            "accounts_counter": "Counters of limits mean nothing later",
            "conversations_capture": "Keys of submissions are kept for a day only",
            "sending_dkimkey": "Keys that sign mail are this installation's, and their address's",
            "sending_providerevent": "Ids of webhooks are kept for a month only",
            "message_search_messageentry": "Words of messages are collected again from the messages",
            "bulk_bulkjob": "Jobs and what they can take back are over within minutes",
            "bulk_bulkbatch": "Jobs and what they can take back are over within minutes",
        }
        assert {entry.name for entry in found.files} == {
            "schema.sql", "public/tenants/workspace.json",
            "public/branding/brand.json", "public/branding/logo.png", "public/branding/icon.png",
            "files/files/000001.tar",
        }  # fmt: skip
        assert b"CREATE TABLE" in members["schema.sql"]
        facts = json.loads(members["public/tenants/workspace.json"])
        assert (facts["owner_email"], len(facts["hosts"])) == ("owner@fresh.test", 1)

    def test_psql_can_read_its_rows(self, archive_file: Path) -> None:
        head = members_of(archive_file)["data/sending_suppression.sql"].split(b"\n")
        assert head[0].startswith(b'COPY "sending_suppression" ("id", ')
        assert head[0].endswith(b" FROM stdin;")
        assert head[-2:] == [b"\\.", b""]

    def test_rows_of_one_moment(self, lived_in: Workspace, archives: Path) -> None:
        """What is written while it is exported is in none of its tables."""
        from tenants.archive.export import snapshot, write

        with snapshot(str(lived_in.schema)) as moment:
            with workspace(lived_in):
                Delivery.objects.all().delete()
            manifest = write(lived_in, io.BytesIO(), moment=moment)
        assert {table.name: table.rows for table in manifest.tables}["sending_delivery"] == 3


class TestCommands:
    def test_they_work(self, lived_in: Workspace, tmp_path: Path) -> None:
        path, said = tmp_path / "out.zip", io.StringIO()
        with platform():
            host = Domain.objects.get(workspace=lived_in).host
        call_command("export_workspace", host, "--to", str(path), stdout=said)
        call_command("verify_archive", str(path), stdout=said)
        call_command("import_workspace", str(path), "--reseller", "rita", "--domain", "m1.test", stdout=said)
        tables = len(rows_of(lived_in.schema, but=tuple(left_out())))
        assert f"rows of {tables} tables and 6 files in" in said.getvalue()
        assert "all as written." in said.getvalue()
        assert said.getvalue().endswith("Fresh is open at http://m1.test:8000/.\n")
        assert path.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.glob("*.part")) == []
        with pytest.raises(CommandError, match="is there already"):
            call_command("export_workspace", host, "--to", str(path))

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--reseller", "nobody", "--domain", "m2.test"], "No reseller is called “nobody”."),
            (["--reseller", "rita", "--domain", world.ALICE_HOST], "“alice.test” is already in use."),
            (["--reseller", "rita", "--domain", "no host"], "Use a host name such as"),
            (["--reseller", "rita", "--domain", "m2.test", "--name", "a\x00b"], "cannot be stored"),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, archive_file: Path, lines: list[audit.Act], arguments: list[str], said: str
    ) -> None:
        before = schemas()
        with pytest.raises(CommandError, match=said):
            call_command("import_workspace", str(archive_file), *arguments)
        assert (schemas(), lines) == (before, [])

    def test_a_host_taken_meanwhile_leaves_nothing(
        self, archive_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = schemas()
        monkeypatch.setattr("tenants.archive.bringing._check_free", lambda host: None)
        with platform():
            rita = Reseller.objects.get(slug="rita")
        with pytest.raises(ValidationError, match="already in use"):
            import_workspace(archive_file, reseller=rita, host=world.ALICE_HOST)
        with platform():
            left = Workspace.objects.filter(name="Fresh", reseller=rita, schema__isnull=True).count()
        assert (schemas(), left) == (before, 0)


def test_the_web_login_cannot_export(lived_in: Workspace, settings: object) -> None:
    from tenants.schema.owner import NoOwner

    settings.OWNER_DSN = ""  # type: ignore[attr-defined]  # pytest-django's wrapper
    from tenants.archive.export import export

    with pytest.raises(NoOwner):
        export(lived_in, io.BytesIO())
