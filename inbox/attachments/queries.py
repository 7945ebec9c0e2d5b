"""Reads of attachments, ready to be shown: of many messages at once, of a draft, of one mail's layout."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.accounts.models import User
from core.accounts.rules import Action
from core.files.links import thumbnail_url_of, url_of
from core.files.models import StoredFile
from inbox.attachments.enums import DraftKind
from inbox.attachments.models import Attachment, DraftFile

THUMBNAIL_BOX = (240, 180)
"""CSS pixels; the thumbnail itself has twice as many."""


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as a page shows it, by signed addresses; the measures are the thumbnail's, in CSS pixels."""

    id: UUID
    name: str
    size: str
    url: str
    thumbnail_url: str
    width: int
    height: int


def shown_file(file: StoredFile) -> ShownFile:
    """For those who may use the inbox."""
    width, height = _fitted(file.width or 0, file.height or 0)
    return ShownFile(
        id=file.id,
        name=file.name,
        size=file.size_in_words,
        url=url_of(file, right=Action.USE_INBOX),
        thumbnail_url=thumbnail_url_of(file, right=Action.USE_INBOX),
        width=width,
        height=height,
    )


def _fitted(width: int, height: int) -> tuple[int, int]:
    box_width, box_height = THUMBNAIL_BOX
    scale = min(1.0, box_width / max(width, 1), box_height / max(height, 1))
    return max(1, round(width * scale)), max(1, round(height * scale))


def files_of(message_ids: Iterable[UUID]) -> dict[UUID, list[ShownFile]]:
    """What each of these messages shows, in order, in one query; messages without files are not in it."""
    found: dict[UUID, list[ShownFile]] = defaultdict(list)
    rows = Attachment.objects.filter(message_id__in=list(message_ids), shown=True).select_related("file")
    for row in rows.order_by("message_id", "position"):
        found[row.message_id].append(shown_file(row.file))
    return dict(found)


def newest_files(conversation_id: UUID, *, since: int, size: int) -> list[ShownFile]:
    """What was exchanged in a conversation after message `since`, the newest first, in one query."""
    rows = Attachment.objects.filter(
        message__conversation_id=conversation_id, message__seq__gt=since, shown=True
    )
    return [
        shown_file(row.file)
        for row in rows.select_related("file").order_by("-message__seq", "position")[:size]
    ]


def draft_files(conversation_id: UUID, *, user: User, kind: DraftKind | None) -> list[DraftFile]:
    """What this person has put to their answer or note, the first one first; None for both."""
    rows = DraftFile.objects.filter(conversation_id=conversation_id, user=user)
    rows = rows if kind is None else rows.filter(kind=kind)
    rows = rows.exclude(file__state=StoredFile.State.GOING)
    return list(rows.select_related("file").order_by("created_at", "id"))


def sent_files(message_ids: Iterable[UUID]) -> list[StoredFile]:
    """What goes along with these messages of one conversation, in order; a private note's with nothing."""
    rows = Attachment.objects.filter(message_id__in=list(message_ids)).exclude(message__direction="note")
    return [row.file for row in rows.select_related("file").order_by("message__seq", "position")]


def pictures_in_layout(message_id: UUID) -> dict[str, StoredFile]:
    """The pictures that a mail's HTML may name, by what it calls them."""
    rows = Attachment.objects.filter(message_id=message_id, file__kind=StoredFile.Kind.IMAGE)
    return {row.content_id: row.file for row in rows.exclude(content_id="").select_related("file")}


def held(ids: list[UUID]) -> set[UUID]:
    """Those of these files that hang on a message."""
    return set(Attachment.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
