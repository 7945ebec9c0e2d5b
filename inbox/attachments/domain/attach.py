"""Hangs files on a message; from then on they stay as long as it does.

Files are taken in before, outside of any transaction (core/files/domain/keep.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.files.domain.hold import hold, let_go
from core.files.models import StoredFile
from inbox.attachments.models import Attachment
from inbox.attachments.signals import files_attached

if TYPE_CHECKING:
    from inbox.conversations.models import Message


@dataclass(frozen=True, slots=True)
class Attached:
    """A file and how it hangs on a message: see Attachment."""

    file: StoredFile
    content_id: str = ""
    shown: bool = True


def attach(message: "Message", *, files: Sequence[Attached]) -> None:
    """Hang the files on a message that is new, in the caller's transaction. Raises FileGone."""
    if not files:
        return
    hold(one.file.id for one in files)
    Attachment.objects.bulk_create(
        Attachment(message=message, file=one.file, position=at, content_id=one.content_id, shown=one.shown)
        for at, one in enumerate(files)
    )
    files_attached.send(sender=Attachment, message=message, files=[one.file for one in files])


def on_deleted(sender: Any, *, instance: Attachment, **kwargs: Any) -> None:
    """A message went, and its files with it, unless another one has them too."""
    if not Attachment.objects.filter(file_id=instance.file_id).exists():
        let_go([instance.file_id])
