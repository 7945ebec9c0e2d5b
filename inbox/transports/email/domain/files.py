"""Keeps the files that a mail brought, before it is brought in: loose until its message holds them.

A mail that is not brought in after all leaves them to the sweep. They are found by parts.py next door.
"""

from core.files.domain.keep import NotKept, keep_file
from core.files.models import StoredFile
from core.files.rules import clean_name
from inbox.attachments.domain.attach import Attached
from inbox.conversations.layout import PICTURE_PLACE
from inbox.transports.email.kept import Kept
from inbox.transports.email.parts import Part, files_in

MAX_FILES = 50
MAX_NAMED = 20
SMALL = 40_000
"""Square pixels: a picture of a mail's layout that is smaller is a logo or a spacer, and no file to show."""


def keep_files(raw: bytes, *, html: str) -> Kept:
    """Keep what is in a mail; `html` is its layout as it is shown. Not inside a transaction."""
    named = set(PICTURE_PLACE.findall(html))
    files: list[Attached] = []
    left: list[str] = []
    for part in files_in(raw):
        kept = _keep(part, named=named) if len(files) < MAX_FILES else None
        if kept is None:
            left.append(clean_name(part.name))
        else:
            files.append(kept)
    more = [f"{len(left) - MAX_NAMED} more"] if len(left) > MAX_NAMED else []
    return Kept(tuple(files), (*left[:MAX_NAMED], *more))


def _keep(part: Part, *, named: set[str]) -> Attached | None:
    try:
        file = keep_file(part.data(), name=part.name, bounded=False)
    except NotKept:
        return None
    in_layout = part.content_id in named and file.is_image
    return Attached(file, content_id=part.content_id, shown=not (in_layout and _is_small(file)))


def _is_small(file: StoredFile) -> bool:
    return (file.width or 0) * (file.height or 0) < SMALL
