"""Words of an answer that is not sent yet: saved while they are typed, never over newer ones, gone when sent.

A draft is its writer's alone: nobody else reads it, and news of it go to their own windows only.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.realtime.audience import users
from core.realtime.push import push_on_commit
from inbox.attachments.enums import DraftKind
from inbox.conversations.events import DraftChanged
from inbox.conversations.models import Conversation, Draft

MAX_LENGTH = 20_000
"""Characters of a draft: as many as an answer may have."""


class DraftIsNewer(Exception):
    """Another window of the same person has saved `draft` meanwhile."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("newer words were saved in another window")
        self.draft = draft


@transaction.atomic
def save_draft(
    conversation: Conversation, *, user: User, text: str, known: str, kind: DraftKind = DraftKind.REPLY
) -> Draft | None:
    """What stands from now on; None once there are no words. `known` is the version the writer began from.

    Raises DraftIsNewer, and leaves what stands, when that is of another version.
    """
    rows = _rows(conversation.id, user=user, kind=kind)
    draft: Draft | None = rows.select_for_update(of=("self",)).first()
    if draft is None:
        return _begin(conversation, user=user, text=text, kind=kind) if text.strip() else None
    if draft.text == text:
        return draft
    if draft.version != known:
        raise DraftIsNewer(draft)
    if not text.strip():
        _end(draft)
        return None
    draft.text = text
    draft.updated_at = max(timezone.now(), draft.updated_at + timedelta(microseconds=1))
    draft.save(update_fields=["text", "updated_at"])
    return draft


def end_draft(
    conversation_id: UUID, *, user: User, text: str, known: str | None, kind: DraftKind = DraftKind.REPLY
) -> None:
    """The words were sent; what was typed since stays, as `known` and `text` tell. None ends it anyhow."""
    draft: Draft | None = _rows(conversation_id, user=user, kind=kind).first()
    if draft and (known is None or draft.version == known or draft.text.strip() == text):
        _end(draft)


def _rows(conversation_id: UUID, *, user: User, kind: DraftKind) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation_id=conversation_id, user=user, kind=kind)


def _begin(conversation: Conversation, *, user: User, text: str, kind: DraftKind) -> Draft:
    draft, is_new = Draft.objects.get_or_create(
        conversation=conversation, user=user, kind=kind, defaults={"text": text}
    )
    if not is_new:  # another window was first, just now
        raise DraftIsNewer(draft)
    _tell(draft, exists=True)
    return draft


def _end(draft: Draft) -> None:
    _tell(draft, exists=False)
    draft.delete()


def _tell(draft: Draft, *, exists: bool) -> None:
    event = DraftChanged(conversation=draft.conversation_id, kind=DraftKind(draft.kind), exists=exists)
    push_on_commit(event, audience=users([draft.user_id]))
