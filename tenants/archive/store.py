"""Where archives are kept: Django's storage “archives”, a private folder or a bucket, by workspace.

`dropped/` holds the only copy of what is no longer in the database, `exports/` what somebody asked for,
`uploads/`, by reseller, what is to be brought in.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils import timezone

from tenants.ids import uuid7
from tenants.models import Workspace, WorkspaceExport, WorkspaceImport

DROPPED, EXPORTS, UPLOADS, UNFINISHED = "dropped", "exports", "uploads", "unfinished"
ABANDONED = timedelta(days=1)
"""After this, what nobody works at or waits for is taken for left behind."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of the store; `size` in bytes."""

    name: str
    size: int
    made_at: datetime


class _Written(File):  # type: ignore[type-arg]  # generic in the stubs only
    """A file on this machine that a storage in a folder may simply move."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def store() -> Storage:
    return storages["archives"]


def keep(folder: str, workspace_id: UUID, write: Callable[[IO[bytes]], Any]) -> str:
    """Write a new file and keep it as a whole; returns its name. A crash leaves nothing under that name."""
    with _unfinished() as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
        stamp = f"{timezone.now():%Y-%m-%d-%H%M}-{uuid7().hex[-12:]}"
        return store().save(f"{folder}/{workspace_id}/{stamp}.zip", _Written(file))


@contextmanager
def _unfinished() -> Iterator[IO[bytes]]:
    descriptor, path = tempfile.mkstemp(dir=unfinished_folder(), suffix=".zip")
    try:
        with os.fdopen(descriptor, "w+b") as file:
            named: Any = _Named(file, path)
            yield named
    finally:
        with suppress(FileNotFoundError):  # it was moved
            os.unlink(path)


def unfinished_folder() -> Path | None:
    """Where a file grows: in the store's own folder where it has one, so that keeping it is a rename."""
    root = getattr(store(), "location", None)
    if not root:
        return None
    where = Path(root) / UNFINISHED
    where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    where.mkdir(mode=0o700, exist_ok=True)
    return where


def keep_upload(reseller_id: UUID, import_id: UUID, file: File) -> str:  # type: ignore[type-arg]  # generic in the stubs only
    """Keep a file that was uploaded, by a move where that is possible; returns its name. Raises OSError."""
    return store().save(f"{UPLOADS}/{reseller_id}/{import_id}.zip", file)


class _Named:
    """A descriptor's file under the path it has, which os.fdopen does not know."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self._file, self.name = file, path

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def forget(workspace_id: UUID) -> None:
    """Remove every file of a workspace; nothing happens when there is none."""
    for folder in (DROPPED, EXPORTS):
        for one in _in(f"{folder}/{workspace_id}"):
            store().delete(one.name)
        with suppress(FileNotFoundError, OSError, NotImplementedError):
            store().delete(f"{folder}/{workspace_id}")


def tidy(*, keep_for: timedelta) -> int:
    """Remove archives that were restored, and what a crash left, whatever it is; how many went.

    What a row names is kept: when exports and uploads are old is exporting.py's and importing.py's.
    """
    now = timezone.now()
    named = _named()
    restored = [one for one in _all_in(DROPPED) if one.made_at < now - keep_for]
    others = [*_all_in(EXPORTS), *_all_in(UPLOADS), *_in(UNFINISHED)]
    left = [one for one in others if one.made_at < now - ABANDONED]
    gone = [one for one in (*restored, *left) if one.name not in named]
    for one in gone:
        store().delete(one.name)
    return len(gone)


def _named() -> set[str]:
    """The files that a row says are there."""
    kept: set[str] = set(Workspace.objects.exclude(archive="").values_list("archive", flat=True))
    kept |= set(WorkspaceExport.objects.exclude(file="").values_list("file", flat=True))
    return kept | set(WorkspaceImport.objects.exclude(upload="").values_list("upload", flat=True))


def _all_in(folder: str) -> Iterator[Stored]:
    for name in _listed(folder)[0]:
        yield from _in(f"{folder}/{name}")


def _in(folder: str) -> list[Stored]:
    names = [f"{folder}/{name}" for name in _listed(folder)[1]]
    return [Stored(name, store().size(name), store().get_modified_time(name)) for name in names]


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return store().listdir(folder)
    except FileNotFoundError:
        return [], []
