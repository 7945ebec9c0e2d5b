"""Writes a workspace as one zip file: every table's rows, the parts' files, and a manifest over all of it.

Rows are streamed, whatever the size of a table, out of one snapshot. What is read back is reading.py.
"""

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import psycopg
from django.conf import settings
from django.utils import timezone

from tenants.archive.manifest import (
    END,
    FORMAT,
    MANIFEST,
    MANIFEST_HASH,
    STRUCTURE,
    FileEntry,
    Manifest,
    TableEntry,
    digest,
)
from tenants.archive.parts import left_out, parts
from tenants.archive.progress import Told, quiet
from tenants.archive.tables import Columns, exported_columns
from tenants.context import is_schema_name, platform
from tenants.models import Workspace
from tenants.schema.dump import DumpFailed
from tenants.schema.owner import owner_connection
from tenants.schema.template import workspace_labels

LEVEL = 3
"""Of compression: rows are mostly text, and more of it costs minutes for a few per cent."""
TELL_EVERY = 5000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a schema, held by a transaction of the owner's."""

    connection: psycopg.Connection
    schema: str
    name: str
    columns: Columns


@contextmanager
def snapshot(schema: str, *, still: bool = False) -> Iterator[Snapshot]:
    """A moment of the schema to read from; with `still` nobody can write to it until it is over."""
    if not is_schema_name(schema):
        raise ValueError(f"not a schema name: {schema!r}")
    with owner_connection() as owner:
        columns = exported_columns(owner, schema)
        with owner.transaction():
            owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            owner.execute(f'SET LOCAL search_path = "{schema}"'.encode())
            if still:  # before the first query, which is what fixes the moment
                tables = ", ".join(f'"{schema}"."{table}"' for table in columns)
                owner.execute(f"LOCK TABLE {tables} IN SHARE MODE".encode())
            row = owner.execute("SELECT pg_export_snapshot()").fetchone()
            assert row is not None
            yield Snapshot(owner, schema, str(row[0]), columns)


def export(workspace: Workspace, target: IO[bytes], *, tell: Told = quiet) -> Manifest:
    """Write the workspace as it is now. Needs the owner's login. Raises NoOwner and DumpFailed."""
    assert workspace.schema is not None
    with snapshot(workspace.schema) as moment:
        return write(workspace, target, moment=moment, tell=tell)


def write(workspace: Workspace, target: IO[bytes], *, moment: Snapshot, tell: Told = quiet) -> Manifest:
    """Write a moment of the workspace's schema and what else belongs to it."""
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=LEVEL) as zip_file:
        tables = list(_tables(zip_file, moment=moment, tell=tell))
        files = [_file(zip_file, STRUCTURE, _structure(moment)), *_parts(zip_file, workspace)]
        manifest = Manifest(
            format=FORMAT,
            product=f"Marque {settings.VERSION}",
            workspace=workspace.name,
            schema_name=moment.schema,
            created_at=timezone.now(),
            migrations=_migrations(moment),
            tables=tables,
            files=files,
            left_out=left_out(),
        )
        text = manifest.text()
        _file(zip_file, MANIFEST, text)
        _file(zip_file, MANIFEST_HASH, digest(text).encode())
    return manifest


def _tables(zip_file: ZipFile, *, moment: Snapshot, tell: Told) -> Iterator[TableEntry]:
    counts = {table: _count(moment, table) for table in moment.columns}
    before, total = 0, sum(counts.values())
    tell(0, total)
    for table, columns in moment.columns.items():
        entry = TableEntry(name=table, columns=columns, rows=0, size=0, sha256="0" * 64)
        rows = _Rows(tell=tell, before=before, total=total)
        with zip_file.open(_member(entry.member), "w", force_zip64=True) as member:
            _copy_out(moment, entry=entry, write=rows.writer(member.write))
        before += rows.seen
        yield entry.model_copy(update={"rows": rows.seen, "size": rows.size, "sha256": rows.hash.hexdigest()})


def _count(moment: Snapshot, table: str) -> int:
    row = moment.connection.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()  # noqa: S608 - a name from the catalogue
    return int(row[0]) if row else 0


def _copy_out(moment: Snapshot, *, entry: TableEntry, write: Callable[[bytes, int], None]) -> None:
    write(entry.head, 0)
    with moment.connection.cursor() as cursor, cursor.copy(f"COPY {entry.quoted} TO STDOUT".encode()) as rows:
        for row in rows:
            write(bytes(row), 1)
    write(END, 0)


class _Rows:
    """Counts and hashes what passes into one member, and tells how far that is."""

    def __init__(self, *, tell: Told, before: int, total: int) -> None:
        self.tell, self.before, self.total = tell, before, total
        self.seen = self.size = 0
        self.hash = hashlib.sha256()

    def writer(self, write: Callable[[bytes], int]) -> Callable[[bytes, int], None]:
        def pass_on(data: bytes, rows: int) -> None:
            self.hash.update(data)
            self.size += len(data)
            self.seen += rows
            write(data)
            if rows and self.seen % TELL_EVERY == 0:
                self.tell(self.before + self.seen, self.total)

        return pass_on


def _parts(zip_file: ZipFile, workspace: Workspace) -> Iterator[FileEntry]:
    with platform():
        for part in parts():
            for name, data in part.dump(workspace):
                yield _file(zip_file, f"{part.prefix}{name}", data)


def _file(zip_file: ZipFile, name: str, data: bytes) -> FileEntry:
    zip_file.writestr(_member(name), data, compress_type=ZIP_DEFLATED, compresslevel=LEVEL)
    return FileEntry(name=name, size=len(data), sha256=digest(data))


def _member(name: str) -> ZipInfo:
    """Readable by its owner alone when it is unpacked, and dated now in UTC."""
    found = ZipInfo(name, timezone.now().timetuple()[:6])
    found.external_attr = 0o100600 << 16
    found.compress_type = ZIP_DEFLATED
    return found


def _migrations(moment: Snapshot) -> list[tuple[str, str]]:
    """Those of the apps whose tables stand in a workspace; of others the record means nothing."""
    rows = moment.connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return [(app, name) for app, name in rows if app in workspace_labels()]


def _structure(moment: Snapshot) -> bytes:
    """The tables as SQL, for people who read the archive without Marque. Import never looks into it."""
    binary = settings.PG_DUMP or shutil.which("pg_dump")
    if not binary:
        raise DumpFailed("pg_dump was not found: set PG_DUMP to its path")
    options = ["--schema-only", "--no-owner", "--no-privileges", f"--snapshot={moment.name}"]
    done = subprocess.run(
        [binary, "-n", moment.schema, *options, "-d", settings.OWNER_DSN], capture_output=True, check=False
    )
    if done.returncode:
        raise DumpFailed(done.stderr.decode(errors="replace").strip())
    return done.stdout
