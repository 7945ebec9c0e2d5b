"""Takes in a file: looks at it, draws pictures anew, keeps the bytes, and notes them in a row.

The row is loose until somebody holds it (hold.py); what nobody holds is swept away (sweep.py).
"""

import hashlib

from django.conf import settings

from core.accounts.models import User
from core.files import storage
from core.files.models import StoredFile
from core.files.pictures import NoPicture, Picture, draw
from core.files.rules import HEAD, clean_name, content_type, in_words, runs

PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp"}


class NotKept(ValueError):
    """A file that is not taken; the text says why, for whoever chose it."""


def check_size(size: int, *, name: str) -> None:
    """Raises NotKept for an empty file, and for one that is larger than one file may be."""
    name, most = clean_name(name), settings.FILE_MAX_BYTES
    if size == 0:
        raise NotKept(f"“{name}” is empty, so there is nothing to attach.")
    if size > most:
        raise NotKept(
            f"“{name}” has {in_words(size)}, and a file can have at most {in_words(most)}. "
            "Make it smaller, or send a link to it."
        )


def keep_file(data: bytes, *, name: str, uploader: User | None = None, bounded: bool = True) -> StoredFile:
    """Store a file, loose. Not inside a transaction: it writes to a disk or a bucket. Raises NotKept.

    The row comes first, so that a crash leaves no bytes that nobody knows of. What came by mail is `bounded`
    by the mail already.
    """
    if bounded or not data:
        check_size(len(data), name=name)
    head = data[:HEAD]
    if runs(name, head):
        raise NotKept(f"“{clean_name(name)}” is a program or a script, and those cannot be attached.")
    row, data, small = _row(data, name=clean_name(name), uploader=uploader)
    row.save(force_insert=True)
    storage.put(row.key, data)
    if row.thumbnail:
        storage.put(row.thumbnail, small)
    return row


def _row(data: bytes, *, name: str, uploader: User | None) -> tuple[StoredFile, bytes, bytes]:
    """A new row, and the bytes it stands for: the file's, and its thumbnail's or none."""
    kind = content_type(name, data[:HEAD])
    picture = _picture(data) if kind in PICTURES else None
    kept = picture.data if picture else data
    row = StoredFile(
        name=_named(name, picture=picture),
        size=len(kept),
        content_type=picture.content_type if picture else kind,
        sha256=hashlib.sha256(kept).hexdigest(),
        key=storage.new_key(),
        uploader=uploader,
    )
    if picture is None:
        return row, kept, b""
    row.kind, row.width, row.height = StoredFile.Kind.IMAGE, picture.width, picture.height
    row.thumbnail, row.thumbnail_size = storage.new_key(), len(picture.small)
    return row, kept, picture.small


def _picture(data: bytes) -> Picture | None:
    try:
        return draw(data)
    except NoPicture:
        return None


def _named(name: str, *, picture: Picture | None) -> str:
    """A GIF that became a PNG is called one."""
    if picture is None or picture.content_type != "image/png" or name.lower().endswith(".png"):
        return name
    return clean_name(f"{name.rpartition('.')[0]}.png")
