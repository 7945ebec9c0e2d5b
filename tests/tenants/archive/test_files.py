"""Files that people attached go through an archive with their rows, and away with the schema."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.utils import timezone

from core.files import archive, storage
from core.files.models import StoredFile
from tenants import states
from tenants.archive.bringing import import_workspace
from tenants.archive.manifest import BadArchive
from tenants.archive.tending import tend
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Reseller, Workspace

KEY = "0" * 32


def kept(row: Workspace) -> dict[str, str]:
    """The names of a workspace's files and the hashes of their bytes, thumbnails too."""
    with workspace(row):
        rows = StoredFile.objects.order_by("name")
        found = {one.name: _hash(one.key) for one in rows}
        assert found == {one.name: one.sha256 for one in rows}
        return found | {f"small {one.name}": _hash(one.thumbnail) for one in rows if one.thumbnail}


def _hash(key: str) -> str:
    return hashlib.sha256(storage.read(key)).hexdigest()


def folder_of(row: Workspace) -> Path:
    return Path(storages["files"].path(str(row.schema)))


def brought(path: Path, *, host: str = "") -> Workspace:
    with platform():
        reseller = Reseller.objects.get(slug="rita")
    return import_workspace(path, reseller=reseller, host=host or f"moved-{uuid7().hex[-12:]}.test")


def test_they_come_along(lived_in: Workspace, archive_file: Path) -> None:
    before = kept(lived_in)
    assert sorted(before) == ["draft.txt", "photo.png", "plan.pdf", "small photo.png"]
    row = brought(archive_file)
    assert kept(row) == before == kept(lived_in)
    assert folder_of(row) != folder_of(lived_in)


def test_they_go_with_the_schema_and_come_back_with_it(lived_in: Workspace) -> None:
    before = kept(lived_in)
    states.archive(lived_in)
    with platform():
        Workspace.objects.filter(id=lived_in.id).update(drop_at=timezone.now() - timedelta(seconds=1))
    assert tend() == 1
    assert not folder_of(lived_in).exists()
    with platform():
        states.restore(Workspace.objects.get(id=lived_in.id))
    assert tend() == 1
    with platform():
        row = Workspace.objects.get(id=lived_in.id)
    assert kept(row) == before


def test_a_failed_import_leaves_none(
    lived_in: Workspace, archive_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder_of(lived_in).parent
    before = sorted(path.name for path in root.iterdir())
    monkeypatch.setattr("tenants.archive.bringing._check_free", lambda host: None)
    with pytest.raises(ValidationError, match="already in use"):
        brought(archive_file, host="alice.test")
    assert sorted(path.name for path in root.iterdir()) == before


def test_what_is_lost_or_going_does_not_stop_an_archive(lived_in: Workspace) -> None:
    with workspace(lived_in):
        lost, going = StoredFile.objects.filter(thumbnail="").order_by("name")
        storage.delete(lost.key)
        StoredFile.objects.filter(id=going.id).update(state="going")
        photo = StoredFile.objects.get(name="photo.png")
    with platform():
        bundles = list(archive.dump(lived_in))
    (name, data), *others = bundles
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert (name, tar.getnames(), others) == ("000001.tar", [photo.key, photo.thumbnail], [])


def test_large_files_are_in_bundles_of_their_own(
    lived_in: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "BUNDLE", 1)
    monkeypatch.setattr(archive, "BATCH", 1)
    with platform():
        assert [name for name, _ in archive.dump(lived_in)] == [f"00000{n}.tar" for n in (1, 2, 3, 4)]


def bundle(name: str = KEY, *, kind: bytes = tarfile.REGTYPE, data: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, "/etc/passwd", len(data) if kind == b"0" else 0
        tar.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


HOSTILE: dict[str, Callable[[], dict[str, bytes]]] = {
    "a way out": lambda: {"000001.tar": bundle("../../x")},
    "an absolute one": lambda: {"000001.tar": bundle("/tmp/x")},
    "a folder": lambda: {"000001.tar": bundle(kind=tarfile.DIRTYPE)},
    "a symlink": lambda: {"000001.tar": bundle(kind=tarfile.SYMTYPE)},
    "a hard link": lambda: {"000001.tar": bundle(kind=tarfile.LNKTYPE)},
    "a device": lambda: {"000001.tar": bundle(kind=tarfile.CHRTYPE)},
    "no tar": lambda: {"000001.tar": b"<script>"},
    "cut off": lambda: {"000001.tar": bundle(data=b"x" * 9000)[:2000]},
    "another name": lambda: {"x.tar": bundle()},
    "packed": lambda: {"000001.tar": __import__("gzip").compress(bundle())},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_bundles_are_refused(alice_ws: Workspace, what: str) -> None:
    before = sorted(folder_of(alice_ws).rglob("*"))
    with platform(), pytest.raises(BadArchive):
        archive.load(alice_ws, HOSTILE[what]())
    assert sorted(folder_of(alice_ws).rglob("*")) == before


def test_rows_that_would_be_shown_as_what_they_are_not_are_refused(alice_ws: Workspace) -> None:
    """An archive's rows are a stranger's: the database takes no HTML for a picture, and no path for a key."""
    from django.db import IntegrityError, transaction

    good = {"name": "a", "size": 1, "content_type": "text/plain", "sha256": "0" * 64, "key": KEY}
    for bad in (
        {"kind": "image", "content_type": "text/html", "width": 1, "height": 1, "thumbnail": KEY},
        {"kind": "image"},
        {"key": "../../secret"},
        {"thumbnail": "x/../y"},
        {"content_type": "text/html\r\nX: y"},
        {"size": -1},
    ):
        with workspace(alice_ws), pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.create(**(good | bad))
    with workspace(alice_ws):
        StoredFile.objects.create(**good)
