"""From an id somebody sent to a file on their own draft: the only way in."""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from inbox.attachments.models import DraftFile


def access_draft_file(user: User, *, conversation_id: UUID, file_id: UUID) -> DraftFile:
    """A file of this person's own answer in this conversation. Raises Http404."""
    rows = DraftFile.objects.filter(conversation_id=conversation_id, user=user, file_id=file_id)
    found: DraftFile | None = rows.select_related("file").first()
    if found is None:
        raise Http404("no such file on the draft")
    return found
