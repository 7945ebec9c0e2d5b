"""Files that a visitor sends ahead of a message: kept once, taken back, and taken along by the message.

How many and how large they may be is ../allowance.py; what nobody takes along is swept by core/files.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from core import limits
from core.files.domain.hold import discard
from core.files.domain.keep import NotKept, keep_file
from core.files.models import StoredFile
from inbox.attachments.domain.attach import Attached
from inbox.transports.chat.allowance import WAITING, check_fits
from inbox.transports.chat.models import Visitor, VisitorFile
from inbox.transports.chat.queries import sent_ahead, waiting_files

METER = "visitor_files"
"""What a plan may count."""


class FilesGone(Exception):
    """A file that a message names is not there any more, or was never this visitor's; the text says so."""


def send_ahead(visitor: Visitor, *, key: UUID, name: str, data: bytes) -> StoredFile:
    """Keep a file for a message to come, once: the same key is the same file. Raises NotKept."""
    if not (decision := limits.may(METER)):
        raise NotKept(decision.reason)
    file = keep_file(data, name=name)
    try:
        _note(visitor, key=key, file=file)
    except IntegrityError:  # the same file in another request
        discard([file.id])
        file = sent_ahead(visitor, key=key) or file
    except NotKept:
        discard([file.id])
        raise
    return file


@transaction.atomic
def _note(visitor: Visitor, *, key: UUID, file: StoredFile) -> None:
    Visitor.objects.select_for_update().get(id=visitor.id)
    if waiting_files(visitor).count() >= WAITING:
        raise NotKept(f"{WAITING} files wait to be sent. Send those first, or take some away.")
    swept = VisitorFile.objects.filter(visitor=visitor, key=key, file__state=StoredFile.State.GOING)
    swept.delete()
    VisitorFile.objects.create(visitor=visitor, key=key, file=file)
    limits.add(METER)


@transaction.atomic
def take_back(row: VisitorFile) -> None:
    """Off what waits, and gone with the next sweep."""
    row.delete()
    discard([row.file_id])


def take_along(visitor: Visitor, *, ids: Sequence[UUID]) -> tuple[Attached, ...]:
    """The files, which wait no longer; in the transaction of the message, with the visitor's row locked.

    Raises FilesGone and NotKept.
    """
    wanted = list(dict.fromkeys(ids))
    rows = {row.file_id: row for row in waiting_files(visitor).filter(file_id__in=wanted)}
    if len(rows) < len(wanted):
        raise FilesGone("A file is no longer here. Attach it again.")
    files = [rows[id].file for id in wanted]
    check_fits(files)
    VisitorFile.objects.filter(file_id__in=wanted).delete()
    return tuple(Attached(file) for file in files)
