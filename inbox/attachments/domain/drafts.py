"""Files of an answer that is still written: put to it one by one, taken back, and taken along when sent."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core.accounts.models import User
from core.files.domain.hold import discard
from core.files.domain.keep import NotKept, keep_file
from core.files.models import StoredFile
from core.files.rules import in_words
from inbox.attachments.enums import DraftKind
from inbox.attachments.models import DraftFile
from inbox.attachments.queries import draft_files


class DraftFileGone(Exception):
    """A file that was to be sent is not on the draft any more; the text says what to do."""


def add_file(conversation_id: UUID, *, user: User, name: str, data: bytes, kind: DraftKind) -> DraftFile:
    """Keep a file and put it to the person's answer, or note. Raises NotKept."""
    there = draft_files(conversation_id, user=user, kind=kind)
    check_fits([row.file for row in there], more=len(data))
    file = keep_file(data, name=name, uploader=user)
    found: DraftFile = DraftFile.objects.create(
        conversation_id=conversation_id, user=user, file=file, kind=kind
    )
    return found


def check_fits(files: Sequence[StoredFile], *, more: int | None = None) -> None:
    """Raises NotKept for more files, or more bytes, than one message may have; `more` is one that comes."""
    count, size = len(files) + (more is not None), sum(file.size for file in files) + (more or 0)
    if count > settings.MESSAGE_FILES_MAX:
        raise NotKept(
            f"A message can have at most {settings.MESSAGE_FILES_MAX} files. Send the rest in another."
        )
    if size > settings.MESSAGE_FILES_MAX_BYTES:
        most = in_words(settings.MESSAGE_FILES_MAX_BYTES)
        raise NotKept(
            f"The files of a message can have {most} together; with this they have {in_words(size)}. "
            "Send some in another message, or a link to them."
        )


@transaction.atomic
def take_back(row: DraftFile) -> None:
    """Off the draft, and gone with the next sweep."""
    row.delete()
    discard([row.file_id])


def take_along(
    conversation_id: UUID, *, user: User, ids: Sequence[UUID], kind: DraftKind
) -> list[StoredFile]:
    """The files, off the draft of that kind, as it is sent. Raises DraftFileGone and NotKept."""
    wanted = list(dict.fromkeys(ids))
    rows = {row.file_id: row for row in draft_files(conversation_id, user=user, kind=kind)}
    if any(id not in rows for id in wanted):
        raise DraftFileGone("A file is no longer here: it was removed or already sent. Attach it again.")
    files = [rows[id].file for id in wanted]
    check_fits(files)
    DraftFile.objects.filter(file_id__in=wanted).delete()
    return files
