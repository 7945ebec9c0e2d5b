"""Imports as the builder does them: a file is checked first, a workspace comes whole or not at all."""

import errno
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from core.accounts.models import User
from tenants import audit, jobs
from tenants.archive import faults, importing, load, progress, taking, tending
from tenants.archive.arrival import reserve
from tenants.archive.bringing import alone_with
from tenants.archive.store import store
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, SpareSchema, Workspace, WorkspaceImport
from tenants.schema import stock
from tests import world
from tests.tenants.archive.conftest import (
    members_of,
    pack,
    resealed,
    rows_of,
    schemas,
    traces_of,
    with_manifest,
)
from tests.tenants.archive.test_tending import killed

pytestmark = pytest.mark.usefixtures("redis")

PERSON = "Rita <rita@rita.test>"

Brought = Callable[..., WorkspaceImport]


@pytest.fixture
def brought(archives: Path, committed: None) -> Iterator[Brought]:
    """`brought(data)`: a file of Rita's that waits for its check, or for more when a `host` is given."""

    def bring(data: bytes | Path, **values: Any) -> WorkspaceImport:
        data = data.read_bytes() if isinstance(data, Path) else data
        with platform():
            row = WorkspaceImport(
                id=uuid7(), reseller=Reseller.objects.get(slug="rita"), person=PERSON, size=len(data),
                filename="fresh.zip", **values,
            )  # fmt: skip
            row.upload = store().save(f"uploads/{row.reseller_id}/{row.id}.zip", ContentFile(data))
            row.save(force_insert=True)
        return row

    with platform():
        WorkspaceImport.objects.all().delete()
    yield bring
    with platform():
        WorkspaceImport.objects.all().delete()


def named(row: WorkspaceImport, *, name: str = "Fresh again") -> WorkspaceImport:
    """Checked, and given a name and an address."""
    assert importing.move_on(row.id) is True
    with platform():
        taking.begin_import(now(row), name=name, host=f"again-{row.id.hex[-12:]}.test")
    return now(row)


def now(row: WorkspaceImport) -> WorkspaceImport:
    with platform():
        return WorkspaceImport.objects.select_related("reseller").get(id=row.id)


def made(row: WorkspaceImport) -> Workspace | None:
    with platform():
        return Workspace.objects.select_related("reseller").filter(id=row.id).first()


def kept(archives: Path) -> list[Path]:
    return [path for path in archives.rglob("*") if path.is_file()]


def changed_byte(data: bytes) -> bytes:
    at = data.index(b"data/contacts_contact.sql") + 200
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def other_text(path: Path) -> bytes:
    members = members_of(path)
    members["data/contacts_contact.sql"] = members["data/contacts_contact.sql"].replace(b"Ada", b"Eve")
    return pack(members).getvalue()


def newer_format(path: Path) -> bytes:
    return pack(with_manifest(members_of(path), lambda found: found.update(format=2))).getvalue()


def newer_migration(path: Path) -> bytes:
    change: Any = lambda found: found["migrations"].append(["contacts", "0999_later"])  # noqa: E731 - as its sisters
    return pack(with_manifest(members_of(path), change)).getvalue()


def without_owner(path: Path) -> bytes:
    members = {**members_of(path), "public/tenants/workspace.json": b"{}"}
    return pack(resealed(members)).getvalue()


class TestCheck:
    def test_it_works(self, lived_in: Workspace, archive_file: Path, brought: Brought) -> None:
        row, before = brought(archive_file), schemas()
        jobs.import_workspace.apply(args=[str(row.id)])
        row = now(row)
        with platform():
            host = Domain.objects.get(workspace=lived_in).host
        assert (row.state, row.error, row.name, row.attempts) == ("ready", "", "Fresh", 0)
        assert row.facts["rows"] == sum(count for count, _ in rows_of(lived_in.schema).values()) - extra(
            lived_in
        )
        said = {key: row.facts[key] for key in ("workspace", "owner_email", "owner_name", "hosts")}
        assert said == {
            "workspace": "Fresh",
            "owner_email": "owner@fresh.test",
            "owner_name": "Fay Fresh",
            "hosts": [host],
        }
        assert (schemas(), made(row)) == (before, None)
        shown = progress.of(row.id)
        assert shown is not None
        assert (shown.what, shown.state, shown.total > 0) == ("check", "running", True)
        assert importing.move_on(row.id) is False

    @pytest.mark.parametrize(
        ("spoil", "why"),
        [
            (lambda path: b"PK but no archive" * 100, "It is not a whole archive: "),
            (lambda path: b"\x89PNG\r\n\x1a\n" + b"x" * 900, "It is not a whole archive: "),
            (lambda path: path.read_bytes()[:-200], "It is not a whole archive: "),
            (lambda path: changed_byte(path.read_bytes()), " is damaged."),
            (other_text, " was changed after the archive was written."),
            (newer_format, "It was made by a newer"),
            (newer_migration, "It was made by a newer"),
            (lambda path: pack({"readme.txt": b"hello"}).getvalue(), "It has a member that does not belong"),
            (lambda path: pack({}).getvalue(), "It has no manifest.json"),
            (without_owner, "What it says about its owner cannot be read."),
        ],
    )
    def test_what_cannot_be_used_is_said_before_anything_is_made(
        self,
        archive_file: Path,
        archives: Path,
        brought: Brought,
        lines: list[audit.Act],
        spoil: Callable[[Path], bytes],
        why: str,
    ) -> None:
        row, before = brought(spoil(archive_file)), schemas()
        assert importing.move_on(row.id) is False
        row = now(row)
        assert (row.state, why in row.error, row.upload) == ("failed", True, ""), row.error
        assert (kept(archives), schemas(), made(row), lines) == ([], before, None, [])
        with platform(), pytest.raises(ValidationError, match="not kept any more"):
            taking.try_again(row)

    def test_a_file_that_is_gone(self, archives: Path, brought: Brought) -> None:
        row = brought(b"PK")
        (file,) = kept(archives)
        file.unlink()
        assert importing.move_on(row.id) is False
        assert (now(row).state, now(row).error) == ("failed", importing.GONE)

    def test_a_fault_of_ours_keeps_the_file(
        self, archive_file: Path, archives: Path, brought: Brought, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = brought(archive_file)

        def fail(archive: Any) -> None:
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(importing, "_facts", fail)
        assert importing.move_on(row.id) is False
        assert (now(row).state, now(row).error, len(kept(archives))) == ("failed", faults.OURS, 1)
        monkeypatch.undo()
        with platform():
            taking.try_again(row)
        assert importing.move_on(row.id) is True
        assert now(row).state == "ready"


def extra(row: Workspace) -> int:
    """Rows that are in no archive."""
    from tenants.archive.parts import left_out

    found = rows_of(row.schema)
    return sum(found[table][0] for table in left_out())


class TestImport:
    def test_it_works(
        self,
        lived_in: Workspace,
        archive_file: Path,
        archives: Path,
        brought: Brought,
        lines: list[audit.Act],
    ) -> None:
        row = named(brought(archive_file))
        jobs.import_workspace.apply(args=[str(row.id)])
        row, there = now(row), made(row)
        assert there is not None
        assert (row.state, row.upload, row.error, kept(archives)) == ("done", "", "", [])
        assert (there.name, there.state, there.schema, there.reseller.slug) == (
            "Fresh again", "active", row.schema, "rita",
        )  # fmt: skip
        same = ("contacts_contact", "accounts_user", "conversations_message")
        before, after = rows_of(lived_in.schema), rows_of(there.schema)
        assert {table: after[table] for table in same} == {table: before[table] for table in same}
        with workspace(there):
            assert User.objects.get(email="zoe@fresh.test").check_password("correct-horse-battery")
        done = [line for line in lines if line.action == "workspace.import"]
        assert [(line.actor, line.label, line.detail["host"]) for line in done] == [
            (PERSON, "Fresh again", row.host)
        ]
        with platform():
            assert not SpareSchema.objects.filter(schema=row.schema).exists()
        shown = progress.of(row.id)
        assert shown is not None
        assert (shown.what, shown.state) == ("import", "running")
        assert importing.move_on(row.id) is False

    def test_an_address_that_was_taken_meanwhile_is_asked_for_again(
        self, archive_file: Path, archives: Path, brought: Brought
    ) -> None:
        row, before = named(brought(archive_file)), schemas()
        with platform():
            alice = Domain.objects.get(host=world.ALICE_HOST)
            Domain.objects.create(
                host=row.host,
                kind="workspace",
                reseller=alice.reseller,
                workspace=alice.workspace,
                is_primary=False,
            )
        try:
            assert importing.move_on(row.id) is False
        finally:
            with platform():
                Domain.objects.filter(host=row.host).delete()
        assert (now(row).state, "is already in use" in now(row).error) == ("ready", True)
        assert (schemas(), made(row), len(kept(archives))) == (before, None, 1)
        with platform():
            taking.begin_import(now(row), name="Fresh", host=row.host)
        assert importing.move_on(row.id) is True

    def test_rows_that_do_not_fit_leave_nothing(
        self, archive_file: Path, archives: Path, brought: Brought
    ) -> None:
        members = members_of(archive_file)
        head, _, rows = members["data/contacts_contact.sql"].partition(b"\n")
        first = rows.partition(b"\n")[0]
        members["data/contacts_contact.sql"] = b"\n".join([head, first, rows])
        twice = resealed(members)
        twice = with_manifest(twice, lambda found: _count_one_more(found, "contacts_contact"))
        row = named(brought(pack(twice).getvalue()))
        before = schemas()
        assert importing.move_on(row.id) is False
        assert (now(row).state, "Its rows do not fit together" in now(row).error) == ("failed", True)
        assert (schemas(), made(row), kept(archives), traces_of(row.schema)) == (before, None, [], [])

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (psycopg.errors.DiskFull("could not extend file"), faults.NO_ROOM),
            (psycopg.errors.AdminShutdown("terminating connection"), faults.OURS),
            (OSError(errno.ENOSPC, "No space left on device"), faults.NO_ROOM),
        ],
    )
    def test_a_fault_of_ours_leaves_nothing_and_is_tried_again(
        self,
        archive_file: Path,
        archives: Path,
        brought: Brought,
        monkeypatch: pytest.MonkeyPatch,
        error: Exception,
        said: str,
    ) -> None:
        row, before = named(brought(archive_file)), schemas()

        def fail(*args: Any, **kwargs: Any) -> None:
            raise error

        monkeypatch.setattr(load, "_copy_all", fail)
        assert importing.move_on(row.id) is False
        assert (now(row).state, now(row).error, len(kept(archives))) == ("failed", said, 1)
        assert (schemas(), made(row), traces_of(row.schema)) == (before, None, [])
        monkeypatch.undo()
        with platform():
            taking.try_again(row)
        assert importing.move_on(row.id) is True
        assert (now(row).state, kept(archives)) == ("done", [])

    def test_two_builders_do_not_meet(self, archive_file: Path, brought: Brought) -> None:
        row = brought(archive_file)
        with alone_with(row.id):
            assert (importing.move_on(row.id), tending.tend()) == (False, 0)
        assert now(row).attempts == 0
        assert tending.tend() == 1


def _count_one_more(found: dict[str, Any], name: str) -> None:
    for table in found["tables"]:
        table["rows"] += table["name"] == name


class TestKilled:
    def test_while_it_checks(self, archive_file: Path, archives: Path, brought: Brought) -> None:
        row = brought(archive_file)
        killed(archives, module="importing", name="_facts")
        assert (now(row).state, now(row).attempts) == ("checking", 1)
        assert tending.tend() == 1
        assert (now(row).state, now(row).attempts) == ("ready", 0)

    @pytest.mark.parametrize(
        ("module", "name"),
        [("arrival", "fill"), ("bringing", "_settle"), ("importing", "forget_upload")],
    )
    def test_while_it_brings_in(
        self, archive_file: Path, archives: Path, brought: Brought, module: str, name: str
    ) -> None:
        row = named(brought(archive_file))
        before = schemas()
        killed(archives, module=module, name=name)
        assert now(row).state == "importing"
        assert tending.tend() == 1
        there = made(row)
        assert there is not None
        assert (now(row).state, there.schema, kept(archives)) == ("done", row.schema, [])
        assert schemas() - before <= {str(row.schema)}
        with platform():
            assert Domain.objects.filter(workspace=there).count() == 1
            assert not SpareSchema.objects.filter(schema=row.schema).exists()

    def test_one_that_always_kills_the_builder_is_given_up(
        self, archive_file: Path, archives: Path, brought: Brought
    ) -> None:
        row = named(brought(archive_file))
        killed(archives, module="bringing", name="_settle")
        assert row.schema in schemas()
        with platform():
            WorkspaceImport.objects.update(attempts=faults.TRIES)
        assert tending.tend() == 0
        assert (now(row).state, now(row).error) == ("failed", faults.CUT_OFF)
        assert (traces_of(row.schema), made(row)) == ([], None)
        with platform():
            taking.try_again(row)
        assert tending.tend() == 1


class TestOld:
    def test_a_file_that_nobody_names_goes(
        self, archive_file: Path, archives: Path, brought: Brought
    ) -> None:
        row = brought(archive_file)
        importing.move_on(row.id)
        aged(row, timedelta(days=1) - timedelta(minutes=1))
        for path in kept(archives):
            os.utime(path, (0, 0))  # a row names it, whatever its age
        assert (tending.tidy_store(), len(kept(archives))) == (0, 1)
        aged(row, timedelta(days=1))
        assert (tending.tidy_store(), kept(archives)) == (1, [])
        assert (now(row).state, now(row).error) == ("failed", importing.TOO_OLD)

    def test_so_do_the_rows_in_their_days(self, brought: Brought, settings: Any) -> None:
        row = brought(b"PK")
        importing.move_on(row.id)
        aged(row, timedelta(days=settings.EXPORT_DAYS) - timedelta(minutes=1))
        assert tending.tidy_store() == 0
        aged(row, timedelta(days=settings.EXPORT_DAYS))
        assert tending.tidy_store() == 1
        with platform():
            assert not WorkspaceImport.objects.exists()

    def test_one_that_still_waits_stays(self, brought: Brought, archives: Path) -> None:
        row = brought(b"PK")
        aged(row, timedelta(days=30))
        os.utime(kept(archives)[0], (0, 0))
        assert (tending.tidy_store(), len(kept(archives))) == (0, 1)


def aged(row: WorkspaceImport, by: timedelta) -> None:
    with platform():
        WorkspaceImport.objects.filter(id=row.id).update(finished_at=timezone.now() - by)


def test_the_pool_leaves_it_alone(archive_file: Path, brought: Brought, archives: Path) -> None:
    """A schema that is being filled is no spare that was cut off."""
    row = named(brought(archive_file))
    killed(archives, module="bringing", name="_settle")
    stock.discard_outdated()
    assert row.schema in schemas()
    assert tending.tend() == 1


def test_nothing_is_dropped_where_a_workspace_stands(lived_in: Workspace) -> None:
    with pytest.raises(RuntimeError, match="A workspace stands in"):
        reserve(str(lived_in.schema))
    assert lived_in.schema in schemas()
    with platform():
        assert not SpareSchema.objects.filter(schema=lived_in.schema).exists()
