"""From an id somebody sent to a canned reply they may use or change: the only way in."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from core.accounts.access import Action, may
from core.accounts.models import User
from inbox.canned.models import CannedReply
from inbox.canned.queries import canned_for


def access_canned(user: User, *, id: UUID, change: bool = False) -> CannedReply:
    """A shared one or one of theirs; whoever may changes a shared one. Raises Http404, PermissionDenied."""
    found = canned_for(user).filter(id=id).first()
    if found is None:
        raise Http404("no such canned reply")
    if change and found.is_shared and not may(user, Action.MANAGE_CANNED):
        raise PermissionDenied
    return found
