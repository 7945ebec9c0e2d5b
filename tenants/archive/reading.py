"""Opens an archive and checks all of it before anything of it is used: names, sizes, hashes, form, version.

An archive comes from anywhere. What cannot be told from the file alone, that its tables fit, is tables.py's.
"""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from tenants.archive.manifest import (
    END,
    MANIFEST,
    MANIFEST_HASH,
    STRUCTURE,
    BadArchive,
    FileEntry,
    Manifest,
    TableEntry,
    digest,
)
from tenants.archive.parts import ArchivePart, parts
from tenants.archive.progress import Told, quiet
from tenants.schema.template import workspace_labels

CHUNK = 1024 * 1024
MAX_MANIFEST = 16 * 1024 * 1024
MAX_MEMBERS = 100_000
MAX_DIRECTORY = 20_000_000
"""Bytes of the list of members, which zipfile reads whole, and whose objects take eight times as much."""
MAX_FILE = 64 * 1024 * 1024
"""Of a part's file, which is held in memory as a whole."""
MAX_ROW = 256 * 1024 * 1024

_NAME = re.compile(
    r"data/[a-z0-9_]+\.sql|(files|public)/[a-z0-9_-]+(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+", re.ASCII
)
_FIXED = {MANIFEST, MANIFEST_HASH, STRUCTURE}


class Archive:
    """An archive that was checked; what is read from it now is compared with its hash once more."""

    def __init__(self, zip_file: ZipFile, manifest: Manifest) -> None:
        self._zip, self.manifest = zip_file, manifest

    def rows(self, table: TableEntry) -> Iterator[bytes]:
        """The rows of a table as COPY takes them, in pieces that end where a row ends."""
        return _rows(_read(self._zip, table), table=table)

    def files_of(self, part: ArchivePart) -> Mapping[str, bytes]:
        """A part's files by name, each read when it is asked for."""
        mine = [entry for entry in self.manifest.files if entry.name.startswith(part.prefix)]
        return _Files(self._zip, {entry.name.removeprefix(part.prefix): entry for entry in mine})


class _Files(Mapping[str, bytes]):
    """Some of the archive's files; only the one that is looked at is in memory."""

    def __init__(self, zip_file: ZipFile, entries: Mapping[str, FileEntry]) -> None:
        self._zip, self._entries = zip_file, entries

    def __getitem__(self, name: str) -> bytes:
        return b"".join(_read(self._zip, self._entries[name]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@contextmanager
def opened(file: IO[bytes], *, tell: Told = quiet) -> Iterator[Archive]:
    """The archive in a seekable file, wholly checked; `tell` is told bytes. Raises BadArchive."""
    try:
        _bound_directory(file)
        zip_file = ZipFile(file)
    except (BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise BadArchive("It is not a whole archive: the file was cut off, or is something else.") from error
    with zip_file:
        yield Archive(zip_file, _checked(zip_file, tell=tell))


def _bound_directory(file: IO[bytes]) -> None:
    """Raises BadArchive before a list of members is read that no archive has."""
    found = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # what ZipFile itself goes by
    if found and found[zipfile._ECD_SIZE] > MAX_DIRECTORY:  # type: ignore[attr-defined]  # its place in that
        raise BadArchive("It has too many members.")


def _checked(zip_file: ZipFile, *, tell: Told) -> Manifest:
    members = _members(zip_file)
    manifest = _manifest(zip_file, members)
    _check_known(manifest)
    _check_sizes(manifest, members)
    done = 0
    for table in manifest.tables:
        for block in _rows(_read(zip_file, table), table=table):
            done += len(block)
            tell(done, manifest.size)
    for entry in manifest.files:
        for chunk in _read(zip_file, entry):
            done += len(chunk)
            tell(done, manifest.size)
    return manifest


def _members(zip_file: ZipFile) -> dict[str, ZipInfo]:
    found: dict[str, ZipInfo] = {}
    infos = zip_file.infolist()
    if len(infos) > MAX_MEMBERS:
        raise BadArchive("It has too many members.")
    for info in infos:
        _check_member(info)
        if info.filename in found:
            raise BadArchive(f"“{info.filename}” is in it twice.")
        found[info.filename] = info
    return found


def _check_member(info: ZipInfo) -> None:
    shown = ascii(info.filename[:80])
    # The name as it stands in the file: zipfile cuts it at a NUL.
    if info.orig_filename != info.filename or not (info.filename in _FIXED or _NAME.fullmatch(info.filename)):
        raise BadArchive(f"It has a member that does not belong there: {shown}.")
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        raise BadArchive(f"{shown} is not a plain file.")
    if info.flag_bits & 0x1 or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BadArchive(f"{shown} is packed in a way that is not known here.")


def _manifest(zip_file: ZipFile, members: dict[str, ZipInfo]) -> Manifest:
    texts = []
    for name in (MANIFEST, MANIFEST_HASH):
        if name not in members:
            raise BadArchive(f"It has no {name}, so it is not an archive of a workspace.")
        if members[name].file_size > MAX_MANIFEST:
            raise BadArchive(f"Its {name} is too large.")
        texts.append(b"".join(_chunks(zip_file, name)))
    if digest(texts[0]).encode() != texts[1].strip():
        raise BadArchive("Its manifest was changed after it was written.")
    return Manifest.read(texts[0])


def _check_known(manifest: Manifest) -> None:
    """Nothing from the future, and no part that this installation does not have."""
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    known = {key for key in disk if key[0] in workspace_labels()}
    if strange := sorted(set(manifest.migrations) - known):
        app, name = strange[0]
        raise BadArchive(
            f"It was made by a newer release: the migration {app}.{name} is not known here. "
            "Bring this installation up to date first."
        )
    prefixes = tuple(part.prefix for part in parts())
    for entry in manifest.files:
        if entry.name != STRUCTURE and not entry.name.startswith(prefixes):
            raise BadArchive(f"It was made by a newer release: nothing here knows {entry.name}.")


def _check_sizes(manifest: Manifest, members: dict[str, ZipInfo]) -> None:
    """Exactly the members that the manifest names, of the sizes it names, and not more than fits."""
    entries: list[TableEntry | FileEntry] = [*manifest.tables, *manifest.files]
    named = {entry.member: entry for entry in entries}
    if len(named) != len(entries):
        raise BadArchive("Its manifest names a member twice.")
    if missing := sorted(set(named) - set(members)):
        raise BadArchive(f"{missing[0]} is missing.")
    if strange := sorted(set(members) - set(named) - {MANIFEST, MANIFEST_HASH}):
        raise BadArchive(f"{strange[0]} is not named in its manifest.")
    if manifest.size > settings.ARCHIVE_MAX_BYTES:
        limit = settings.ARCHIVE_MAX_BYTES // 1024**3
        raise BadArchive(f"It would unpack to more than {limit} GB, the limit of this installation.")
    for name, entry in named.items():
        if members[name].file_size != entry.size:
            raise BadArchive(f"{name} is not of the size its manifest says.")
        if isinstance(entry, FileEntry) and entry.size > MAX_FILE:
            raise BadArchive(f"{name} is too large.")


def _read(zip_file: ZipFile, entry: TableEntry | FileEntry) -> Iterator[bytes]:
    """A member's content; raises BadArchive at its end, or before, when it is not what the manifest says."""
    hashed, size = hashlib.sha256(), 0
    for chunk in _chunks(zip_file, entry.member):
        size += len(chunk)
        if size > entry.size:
            break
        hashed.update(chunk)
        yield chunk
    if size != entry.size or hashed.hexdigest() != entry.sha256:
        raise BadArchive(f"{entry.member} was changed after the archive was written.")


def _chunks(zip_file: ZipFile, name: str) -> Iterator[bytes]:
    try:
        with zip_file.open(name) as member:
            while chunk := member.read(CHUNK):
                yield chunk
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        raise BadArchive(f"{name} is damaged.") from error


def _rows(chunks: Iterator[bytes], *, table: TableEntry) -> Iterator[bytes]:
    """The rows between the head and the end, which both must be as we write them, and as many as said."""
    wrong = BadArchive(f"{table.member} does not hold rows as they are written here.")
    head, seen, ended = table.head, 0, False
    for block in _lines(chunks, wrong=wrong):
        if ended or b"\r" in block or not block.startswith(head):
            raise wrong
        rows = block[len(head) :]
        head = b""
        at = 0 if rows.startswith(b"\\.") else rows.find(b"\n\\.") + 1
        if at or rows.startswith(b"\\."):
            if rows[at:] != END:
                raise wrong
            rows, ended = rows[:at], True
        seen += rows.count(b"\n")
        if rows:
            yield rows
    if not ended or seen != table.rows:
        raise wrong


def _lines(chunks: Iterator[bytes], *, wrong: BadArchive) -> Iterator[bytes]:
    """The same in pieces that end at the end of a line."""
    held = b""
    for chunk in chunks:
        held += chunk
        if len(held) > MAX_ROW:
            raise wrong
        cut = held.rfind(b"\n") + 1
        if cut:
            yield held[:cut]
            held = held[cut:]
    if held:
        raise wrong
