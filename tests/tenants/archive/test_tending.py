"""What the builder does: drops what is due, restores what was asked for, purges; cut off, it goes on."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone

from branding.models import Brand, Picture
from core.sending.models import Delivery
from core.timeline.models import AuditEntry
from tenants import audit, states
from tenants.archive import bringing, progress, store, tending
from tenants.archive.bringing import AtWork, alone_with
from tenants.archive.export import snapshot
from tenants.archive.parts import left_out
from tenants.archive.tending import tend
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Domain, SetupStep, SpareSchema, Workspace
from tenants.schema import stock
from tenants.schema.owner import owner_connection
from tenants.sites import resolve
from tests.services import ROOT
from tests.tenants.archive.conftest import Rows, rows_of, schemas, traces_of

CHANGED = ("sending_delivery", "accounts_supportsession", "timeline_auditentry", "timeline_pendingentry")


def now(row: Workspace) -> Workspace:
    with platform():
        return Workspace.objects.select_related("reseller").get(id=row.id)


def due(row: Workspace, **dates: timedelta) -> None:
    """Bring dates of a workspace into the past."""
    with platform():
        Workspace.objects.filter(id=row.id).update(
            **{name: timezone.now() - by for name, by in dates.items()}
        )


def archived(row: Workspace) -> Workspace:
    """An archived workspace whose time in the database is over."""
    assert states.archive(row)
    due(row, drop_at=timedelta(seconds=1))
    return now(row)


def contents(row: Workspace) -> Rows:
    return rows_of(row.schema, but=(*left_out(), *CHANGED))


def files(root: Path) -> list[str]:
    return sorted(path.parent.parent.name for path in root.rglob("*.zip"))


def test_nothing_is_done_before_its_time(lived_in: Workspace) -> None:
    states.archive(lived_in)
    assert tend() == 0
    states.delete(lived_in)
    assert tend() == 0
    assert now(lived_in).schema == lived_in.schema


class TestDrop:
    def test_it_works(self, lived_in: Workspace, archives: Path, lines: list[audit.Act]) -> None:
        row = archived(lived_in)
        assert tend() == 1
        after = now(row)
        assert (after.state, after.schema, after.drop_at) == ("archived", None, None)
        assert store.store().exists(after.archive)
        assert files(archives) == ["dropped"]
        assert traces_of(row.schema) == []
        assert [line.action for line in lines] == ["workspace.archive", "workspace.drop"]
        with platform():
            host = Domain.objects.get(workspace=row).host
            assert not SpareSchema.objects.filter(schema=row.schema).exists()
        site = resolve(host)
        assert site is not None
        assert (site.is_open, site.state) == (False, "archived")
        assert tend() == 0

    def test_the_file_is_private(self, lived_in: Workspace, archives: Path, settings: Any) -> None:
        archived(lived_in)
        tend()
        (file,) = archives.rglob("*.zip")
        folders = (file.parent, file.parent.parent, archives, archives / "unfinished")
        assert file.stat().st_mode & 0o777 == 0o600
        assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700] * 4

    def test_what_cannot_be_read_back_is_not_dropped(
        self, lived_in: Workspace, archives: Path, settings: Any
    ) -> None:
        settings.STORAGES["archives"]["BACKEND"] = f"{__name__}.TornStorage"
        row, before = archived(lived_in), contents(lived_in)
        assert tend() == 0
        assert (now(row).schema, now(row).archive, contents(row)) == (row.schema, "", before)

    def test_one_restored_while_it_was_written_stays(self, lived_in: Workspace) -> None:
        row = archived(lived_in)
        states.restore(now(row))
        assert tending.drop(row) is False
        assert (now(row).state, now(row).schema) == ("active", row.schema)
        with workspace(row):
            assert Delivery.objects.count() == 3

    def test_nobody_writes_while_it_is_written(self, lived_in: Workspace) -> None:
        row = archived(lived_in)
        with snapshot(str(row.schema), still=True), owner_connection() as late:
            late.execute("SET lock_timeout = '200ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                late.execute(f"DELETE FROM {row.schema}.sending_delivery".encode())

    def test_two_builders_do_not_meet(self, lived_in: Workspace) -> None:
        row = archived(lived_in)
        with alone_with(row.id):
            assert tend() == 0
            with pytest.raises(AtWork), alone_with(row.id):
                pass
        assert tend() == 1

    def test_the_next_need_not_wait_for_a_connection_to_end(
        self, committed: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The server learns of a closed connection some time later."""
        one = uuid7()
        with owner_connection() as lasting:
            monkeypatch.setattr(bringing, "owner_connection", lambda: nullcontext(lasting))
            with alone_with(one):
                pass
            monkeypatch.undo()
            with alone_with(one):
                pass

    def test_one_that_fails_does_not_hold_up_the_others(
        self, lived_in: Workspace, fresh_workspace: Callable[..., Workspace]
    ) -> None:
        broken, fine = archived(fresh_workspace()), archived(lived_in)
        with owner_connection() as owner:
            owner.execute(f"ALTER TABLE {broken.schema}.django_migrations RENAME TO hidden".encode())
        assert tend() == 1
        assert (now(broken).schema, now(fine).schema) == (broken.schema, None)


class TornStorage(FileSystemStorage):
    """A disk that says it kept a file and kept half of it."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        kept = super().save(name, content, max_length)
        path = Path(self.path(kept))
        path.write_bytes(path.read_bytes()[:2000])
        return kept


class TestRestore:
    def test_it_works(self, lived_in: Workspace, archives: Path, lines: list[audit.Act]) -> None:
        before, row = contents(lived_in), archived(lived_in)
        tend()
        assert states.restore(now(row))
        assert now(row).state == "building"
        assert tend() == 1
        after = now(row)
        assert (after.state, after.schema, after.archive) == ("active", row.schema, "")
        assert contents(after) == before
        assert [line.action for line in lines][-2:] == ["workspace.restore", "workspace.restored"]
        with workspace(after):
            assert AuditEntry.objects.latest("seq").action == "workspace.brought"
            assert dict(Delivery.objects.values_list("ref", "state"))["waiting"] == "skipped"
        shown = progress.of(row.id)
        assert shown is not None
        assert (shown.what, shown.state) == ("restore", "done")

    def test_its_brand_and_hosts_are_still_there(self, lived_in: Workspace) -> None:
        row = archived(lived_in)
        tend()
        states.restore(now(row))
        tend()
        with platform():
            assert Brand.objects.filter(workspace=row).count() == 1
            host = Domain.objects.get(workspace=row).host
        site = resolve(host)
        assert site is not None
        assert (site.is_open, site.place.schema) == (True, row.schema)

    def test_a_name_that_was_taken_is_not_taken_again(self, lived_in: Workspace) -> None:
        row = archived(lived_in)
        tend()
        states.restore(now(row))
        with owner_connection() as owner:
            owner.execute(f"CREATE SCHEMA {row.schema}".encode())
        tend()
        after = now(row)
        assert (after.state, after.schema == row.schema) == ("active", False)
        with owner_connection() as owner:
            owner.execute(f"DROP SCHEMA {row.schema}".encode())

    @pytest.mark.parametrize(
        ("spoil", "why"),
        [
            (lambda path: path.unlink(), "Its file is no longer where it was kept."),
            (lambda path: path.write_bytes(path.read_bytes()[:3000]), "It is not a whole archive: "),
        ],
    )
    def test_an_archive_that_cannot_be_used_is_said(
        self, lived_in: Workspace, archives: Path, spoil: Callable[[Path], Any], why: str
    ) -> None:
        row = archived(lived_in)
        tend()
        (file,) = archives.rglob("*.zip")
        spoil(file)
        states.restore(now(row))
        before = schemas()
        assert tend() == 0
        shown = progress.of(row.id)
        assert shown is not None
        assert (shown.state, shown.error.startswith(why)) == ("failed", True)
        assert (now(row).state, bool(now(row).archive), schemas()) == ("archived", True, before)

    def test_provisioning_leaves_it_to_the_builder(self, lived_in: Workspace) -> None:
        from tenants.provisioning import finish_waiting

        row = archived(lived_in)
        tend()
        states.restore(now(row))
        with platform():
            SetupStep.objects.filter(workspace=row).delete()  # as one that was imported has none of ours
        finish_waiting()
        assert (now(row).state, now(row).schema) == ("building", None)
        tend()

    def test_one_that_was_suspended_comes_back_suspended(self, lived_in: Workspace, archives: Path) -> None:
        states.suspend(lived_in, by=Workspace.Side.PLATFORM)
        row = archived(lived_in)
        tend()
        states.restore(now(row))
        tend()
        assert (now(row).schema is not None, now(row).suspender) == (True, "platform")


class TestPurge:
    @pytest.mark.parametrize("dropped", [True, False])
    def test_nothing_of_it_is_left(
        self, lived_in: Workspace, archives: Path, lines: list[audit.Act], dropped: bool
    ) -> None:
        with platform():
            pictures = set(Picture.objects.values_list("id", flat=True))
            brand = Brand.objects.get(workspace=lived_in)
        row = archived(lived_in)
        if dropped:
            tend()
        assert states.delete(now(row))
        due(row, purge_at=timedelta(seconds=1))
        assert tend() == 1
        with platform():
            assert not Workspace.objects.filter(id=row.id).exists()
            assert not Domain.objects.filter(workspace_id=row.id).exists()
            left = set(Picture.objects.values_list("id", flat=True))
        assert pictures - left == {brand.logo_id, brand.icon_id}
        assert traces_of(row.schema) == []
        assert files(archives) == []
        assert (lines[-1].action, lines[-1].label) == ("workspace.purge", "Fresh")

    def test_one_restored_in_time_stays(self, lived_in: Workspace) -> None:
        row = archived(lived_in)
        states.delete(now(row))
        doomed = now(row)
        assert states.restore(now(row))
        assert tending.purge(doomed) is False
        assert (tend(), now(row).state) == (0, "active")


class TestTidy:
    def test_the_only_copy_stays_and_one_that_was_restored_goes(
        self, lived_in: Workspace, archives: Path
    ) -> None:
        archived(lived_in)
        tend()
        for path in archives.rglob("*.zip"):
            os.utime(path, (0, 0))
        assert (tending.tidy_store(), files(archives)) == (0, ["dropped"])
        states.restore(now(lived_in))
        tend()
        assert (tending.tidy_store(), files(archives)) == (1, [])

    @pytest.mark.parametrize("folder", ["exports/x", "uploads/x", "unfinished"])
    def test_what_no_row_names_goes_after_a_day(self, committed: None, archives: Path, folder: str) -> None:
        (path := archives / folder).mkdir(parents=True)
        file = path / "left.zip"
        file.write_bytes(b"PK")
        assert (tending.tidy_store(), file.exists()) == (0, True)
        os.utime(file, (0, 0))
        assert (tending.tidy_store(), file.exists()) == (1, False)


KILLED = """
import os, signal, django
django.setup()
from tenants.archive import {module} as module
seen = []
real = module.{name}
def cut(*args, **kwargs):
    seen.append(1)
    if len(seen) > {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args, **kwargs)
module.{name} = cut
from tenants.archive.tending import tend
tend()
"""


def killed(archives: Path, *, module: str, name: str, after: int = 0) -> None:
    """A builder that dies by SIGKILL where it was about to call this for the time after `after` times."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED.format(module=module, name=name, after=after)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "deploy.settings", "ARCHIVE_DIR": str(archives)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL


class TestKilled:
    @pytest.mark.parametrize(
        ("module", "name", "after"),
        [("export", "_copy_out", 5), ("tending", "_let_go", 0), ("tending", "_drop_now", 0)],
    )
    def test_while_it_drops(
        self, lived_in: Workspace, archives: Path, module: str, name: str, after: int
    ) -> None:
        before, row = contents(lived_in), archived(lived_in)
        killed(archives, module=module, name=name, after=after)
        if now(row).schema:
            assert contents(now(row)) == before
        tend()
        stock.discard_outdated()
        assert (now(row).state, now(row).schema) == ("archived", None)
        assert traces_of(row.schema) == []
        states.restore(now(row))
        tend()
        assert (now(row).state, contents(now(row))) == ("active", before)

    @pytest.mark.parametrize(
        ("module", "name", "after"),
        [("arrival", "_build", 0), ("arrival", "fill", 0), ("load", "_copy", 6), ("bringing", "_settle", 0)],
    )
    def test_while_it_restores(
        self, lived_in: Workspace, archives: Path, module: str, name: str, after: int
    ) -> None:
        before, row = contents(lived_in), archived(lived_in)
        tend()
        states.restore(now(row))
        killed(archives, module=module, name=name, after=after)
        assert (now(row).state, now(row).schema) == ("building", None)
        assert tend() == 1
        after_all = now(row)
        assert (after_all.state, after_all.schema, contents(after_all)) == ("active", row.schema, before)
        with platform():
            assert not SpareSchema.objects.filter(schema=row.schema).exists()

    def test_while_it_purges(self, lived_in: Workspace, archives: Path) -> None:
        row = archived(lived_in)
        states.delete(now(row))
        due(row, purge_at=timedelta(seconds=1))
        killed(archives, module="tending", name="forget")
        assert now(row).state == "deleted"
        assert tend() == 1
        with platform():
            assert not Workspace.objects.filter(id=row.id).exists()
        assert traces_of(row.schema) == []
