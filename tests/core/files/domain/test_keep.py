"""A file is taken in: looked at, kept under a random name of its workspace, noted in a row."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from core.accounts.models import User
from core.files import storage
from core.files.domain.keep import NotKept, keep_file
from core.files.models import StoredFile
from tenants.context import Place
from tests.core.files.uploads import EXE, PDF, bomb, photo, picture

pytestmark = pytest.mark.usefixtures("db")


def path_of(key: str) -> Path:
    return Path(storages["files"].path(storage._path(key)))


def test_it_works(in_alice: Place, bob: User) -> None:
    row = keep_file(PDF, name="Offer 1.pdf", uploader=bob)
    row.refresh_from_db()
    assert (row.name, row.size, row.content_type, row.kind) == (
        "Offer 1.pdf",
        len(PDF),
        "application/pdf",
        "other",
    )
    assert (row.sha256, row.uploader, row.state) == (hashlib.sha256(PDF).hexdigest(), bob, "loose")
    assert storage.read(row.key) == PDF


def test_a_picture_is_drawn_anew_and_has_a_small_one(in_alice: Place) -> None:
    row = keep_file(photo(), name="IMG.jpg")
    assert (row.kind, row.content_type, row.width, row.height) == ("image", "image/jpeg", 300, 400)
    kept = storage.read(row.key)
    assert (row.size, row.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert b"canary" not in kept
    assert len(storage.read(row.thumbnail)) == row.thumbnail_size > 0


def test_names_in_the_storage_say_nothing(in_alice: Place) -> None:
    """They begin with the schema, are random, and nobody's name is in them; files are their owner's alone."""
    rows = [keep_file(PDF, name="../../canary.pdf") for _ in range(2)]
    paths = [storage._path(row.key) for row in rows]
    assert all(re.fullmatch(rf"{in_alice.schema}/[0-9a-f]{{2}}/[0-9a-f]{{32}}", path) for path in paths)
    assert paths[0] != paths[1]
    assert rows[0].name == "canary.pdf"
    assert path_of(rows[0].key).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("photo.png", bomb(), "application/octet-stream"),
        ("moving.gif", picture("GIF")[:40], "application/octet-stream"),
        ("page.html", b"<script>alert(1)</script>", "application/octet-stream"),
        ("drawing.svg", b"<svg onload='alert(1)'/>", "application/octet-stream"),
        ("photo.png", b"<script>alert(1)</script>", "application/octet-stream"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_picture_is_kept_as_it_came(in_alice: Place, name: str, data: bytes, kind: str) -> None:
    row = keep_file(data, name=name)
    assert (row.kind, row.thumbnail, storage.read(row.key)) == ("other", "", data)
    if not data.startswith((b"\x89PNG", b"GIF")):
        assert row.content_type == kind


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.pdf", b"", "“empty.pdf” is empty, so there is nothing to attach."),
        (
            "large.pdf",
            PDF + b"x" * 2_000_000,
            "“large.pdf” has 2.0 MB, and a file can have at most 1.0 MB. "
            "Make it smaller, or send a link to it.",
        ),
        ("a.pdf.exe", PDF, "“a.pdf.exe” is a program or a script, and those cannot be attached."),
        ("photo.jpg", EXE, "“photo.jpg” is a program or a script, and those cannot be attached."),
        ("a\u202efdp.js", b"x", "“afdp.js” is a program or a script, and those cannot be attached."),
    ],
)
def test_bad_input_is_a_clear_error(
    in_alice: Place, settings: Any, name: str, data: bytes, said: str
) -> None:
    settings.FILE_MAX_BYTES = 1_000_000
    with pytest.raises(NotKept) as refused:
        keep_file(data, name=name)
    assert str(refused.value) == said
    assert not StoredFile.objects.exists()


def test_a_crash_leaves_a_row_and_never_bytes_that_nobody_knows(
    in_alice: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(key: str, data: bytes) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(storage, "put", full)
    with pytest.raises(OSError, match="no space"):
        keep_file(PDF, name="a.pdf")
    assert StoredFile.objects.get().state == "loose"
