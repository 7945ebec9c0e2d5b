"""A workspace's files in its archive: bundles (tar) of some megabytes, whose members are the random names.

Which file is called what stands in the table's rows. The archive's manifest has each bundle's hash.
"""

import io
import re
import tarfile
from collections.abc import Iterator, Mapping

import structlog

from core.files import storage
from core.files.models import StoredFile
from tenants.archive.manifest import BadArchive
from tenants.archive.parts import ArchivePart, Folder
from tenants.context import place_of
from tenants.context import workspace as inside
from tenants.models import Workspace

log = structlog.get_logger(__name__)

BUNDLE = 8_000_000
"""Bytes after which a bundle is closed; a file is never parted, so that it may be larger by one."""
BATCH = 500

_BUNDLE_NAME = re.compile(r"\d{6}\.tar", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


def dump(workspace: Workspace) -> Iterator[tuple[str, bytes]]:
    """One bundle after the other, so that only one is in memory."""
    bundle, number = _Bundle(), 0
    for key, data in _contents(workspace):
        bundle.add(key, data)
        if bundle.size >= BUNDLE:
            number += 1
            yield f"{number:06d}.tar", bundle.closed()
            bundle = _Bundle()
    if bundle.size:
        yield f"{number + 1:06d}.tar", bundle.closed()


class _Bundle:
    """A tar file in memory."""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()
        self._tar = tarfile.TarFile(fileobj=self._buffer, mode="w", format=tarfile.USTAR_FORMAT)
        self.size = 0

    def add(self, key: str, data: bytes) -> None:
        member = tarfile.TarInfo(key)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))
        self.size += len(data)

    def closed(self) -> bytes:
        self._tar.close()
        return self._buffer.getvalue()


def _contents(workspace: Workspace) -> Iterator[tuple[str, bytes]]:
    """What stands under each key. A generator is gone on with elsewhere, so each step enters by itself."""
    place, after = place_of(workspace), None
    while True:
        with inside(place):
            rows = StoredFile.objects.exclude(state=StoredFile.State.GOING).order_by("id")
            rows = rows.filter(id__gt=after) if after else rows
            found = list(rows.values_list("id", "key", "thumbnail")[:BATCH])
        if not found:
            return
        after = found[-1][0]
        for key in [key for _, *keys in found for key in keys if key]:
            with inside(place):
                data = _read(key)
            if data is not None:
                yield key, data


def _read(key: str) -> bytes | None:
    try:
        return storage.read(key)
    except FileNotFoundError:
        log.warning("file_missing_in_archive", key=key)  # swept since its row was read, or lost before
        return None


def load(workspace: Workspace, files: Mapping[str, bytes]) -> None:
    """Bring the bytes back under the schema's name. Raises BadArchive for anything but such bundles."""
    for name in files:
        if not _BUNDLE_NAME.fullmatch(name):
            raise BadArchive(f"Its files have a bundle that is not known here: {name[:80]}.")
        with inside(place_of(workspace)):
            for key, data in _members(name, files[name]):
                if not storage.exists(key):
                    storage.put(key, data)


def _members(name: str, bundle: bytes) -> Iterator[tuple[str, bytes]]:
    wrong = BadArchive(f"The bundle {name} does not hold files as they are written here.")
    try:
        with tarfile.open(fileobj=io.BytesIO(bundle), mode="r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is None or member.issparse() or not _KEY.fullmatch(member.name):
                    raise wrong
                yield member.name, file.read()
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise wrong from error


PART = ArchivePart(key="files", folder=Folder.FILES, dump=dump, load=load)
