"""Exports as the builder writes them: once each, said when they fail, gone on with when they were cut off."""

import errno
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from django.db import IntegrityError
from django.utils import timezone

from tenants import jobs, states
from tenants.archive import asking, exporting, faults, progress, tending
from tenants.archive.bringing import alone_with
from tenants.archive.reading import opened
from tenants.archive.store import EXPORTS
from tenants.context import platform
from tenants.models import Workspace, WorkspaceExport
from tenants.schema.dump import DumpFailed
from tests.tenants.archive.test_tending import archived, due, killed
from tests.tenants.archive.test_tending import now as again

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
def asked(lived_in: Workspace, archives: Path) -> Iterator[WorkspaceExport]:
    """The only one there is, for as long as the test runs."""
    with platform():
        WorkspaceExport.objects.all().delete()
        row = WorkspaceExport.objects.create(workspace=lived_in, person="Rosa <rosa@rosa.test>")
    yield row
    with platform():
        WorkspaceExport.objects.all().delete()


def now(row: WorkspaceExport) -> WorkspaceExport:
    with platform():
        return WorkspaceExport.objects.get(id=row.id)


def kept(archives: Path) -> list[Path]:
    return sorted((archives / EXPORTS).rglob("*.zip"))


def test_it_works(asked: WorkspaceExport, archives: Path) -> None:
    jobs.export_workspace.apply(args=[str(asked.id)])
    row, (file,) = now(asked), kept(archives)
    assert (row.state, row.error, row.attempts) == ("done", "", 1)
    assert (row.size, row.file) == (file.stat().st_size, str(file.relative_to(archives)))
    with file.open("rb") as stream, opened(stream) as archive:
        assert archive.manifest.workspace == "Fresh"
    shown = progress.of(asked.id)
    assert shown is not None
    assert (shown.what, shown.state) == ("export", "running")
    assert exporting.write_asked(asked.id) is False  # a message that comes twice
    assert kept(archives) == [file]


def test_two_at_once_are_refused_by_the_database(asked: WorkspaceExport) -> None:
    with platform(), pytest.raises(IntegrityError, match="export_one_at_a_time"):
        WorkspaceExport.objects.create(workspace=asked.workspace, person="Olga")


def test_two_builders_do_not_meet(asked: WorkspaceExport) -> None:
    with alone_with(asked.workspace_id):
        assert exporting.write_asked(asked.id) is False
        assert tending.tend() == 0
    assert (now(asked).state, now(asked).attempts) == ("waiting", 0)
    assert tending.tend() == 1


def test_packed_away_meanwhile(asked: WorkspaceExport, lived_in: Workspace) -> None:
    archived(lived_in)
    assert tending.drop(again(lived_in)) is True
    assert exporting.write_asked(asked.id) is False
    assert (now(asked).state, now(asked).error) == ("failed", exporting.PACKED)


def test_purged_meanwhile_leaves_no_file(
    asked: WorkspaceExport, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = exporting._fill

    def purge(row: WorkspaceExport, file: Any) -> Any:
        made = fill(row, file)
        WorkspaceExport.objects.filter(id=row.id).delete()
        return made

    with platform():
        monkeypatch.setattr(exporting, "_fill", lambda row, file: _on_platform(purge, row, file))
        assert exporting.write_asked(asked.id) is False
    assert kept(archives) == []


def _on_platform(fn: Callable[..., Any], *args: Any) -> Any:
    with platform():
        return fn(*args)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), faults.NO_ROOM),
        (OSError(errno.EDQUOT, "Quota"), faults.NO_ROOM),
        (psycopg.errors.DiskFull("could not write"), faults.NO_ROOM),
        (OSError(errno.EACCES, "Permission denied"), faults.OURS),
        (DumpFailed("pg_dump was not found"), faults.OURS),
        (psycopg.OperationalError("the server closed the connection"), faults.OURS),
        (ZeroDivisionError("a fault of ours"), faults.OURS),
    ],
)
def test_a_failure_is_said_and_leaves_nothing(
    asked: WorkspaceExport,
    archives: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    said: str,
) -> None:
    def fail(row: Any, file: Any) -> None:
        file.write(b"half")
        raise error

    monkeypatch.setattr(exporting, "_fill", fail)
    assert exporting.write_asked(asked.id) is False
    assert (now(asked).state, now(asked).error) == ("failed", said)
    assert [path for path in archives.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    with platform():
        assert asking.ask_for_export(again(asked.workspace), person="Rosa") is True
        (row,) = WorkspaceExport.objects.filter(workspace=asked.workspace)
    assert exporting.write_asked(row.id) is True


class TestKilled:
    @pytest.mark.parametrize(("module", "name"), [("export", "_structure"), ("exporting", "_done")])
    def test_it_is_begun_again(self, asked: WorkspaceExport, archives: Path, module: str, name: str) -> None:
        killed(archives, module=module, name=name)
        assert (now(asked).state, now(asked).attempts) == ("running", 1)
        assert tending.tend() == 1
        row = now(asked)
        assert (row.state, row.attempts) == ("done", 2)
        with ZipFile(archives / row.file) as found:
            assert found.testzip() is None
        for path in archives.rglob("*.zip"):
            os.utime(path, (0, 0))
        tending.tidy_store()  # what the one that died left
        assert [str(path.relative_to(archives)) for path in archives.rglob("*.zip")] == [row.file]

    def test_one_that_always_kills_the_builder_is_given_up(self, asked: WorkspaceExport) -> None:
        with platform():
            WorkspaceExport.objects.update(state="running", attempts=faults.TRIES)
        assert tending.tend() == 0
        assert (now(asked).state, now(asked).error) == ("failed", faults.CUT_OFF)


def test_old_ones_go(asked: WorkspaceExport, archives: Path, settings: Any) -> None:
    exporting.write_asked(asked.id)
    row = now(asked)
    assert [one.id for one in listed(row)] == [row.id]
    ago = timezone.now() - timedelta(days=settings.EXPORT_DAYS)
    with platform():
        WorkspaceExport.objects.update(finished_at=ago + timedelta(minutes=1))
    assert (exporting.forget_old(), len(kept(archives))) == (0, 1)
    with platform():
        WorkspaceExport.objects.update(finished_at=ago)
    assert listed(row) == []
    assert tending.tidy_store() == 1
    assert kept(archives) == []
    with platform():
        assert not WorkspaceExport.objects.filter(id=row.id).exists()


def listed(row: WorkspaceExport) -> list[WorkspaceExport]:
    with platform():
        return asking.exports_of(row.workspace)


def test_purging_takes_them_along(asked: WorkspaceExport, lived_in: Workspace, archives: Path) -> None:
    exporting.write_asked(asked.id)
    row = archived(lived_in)
    states.delete(again(row))
    due(row, purge_at=timedelta(seconds=1))
    tending.tend()
    assert kept(archives) == []
    with platform():
        assert not WorkspaceExport.objects.filter(id=asked.id).exists()
