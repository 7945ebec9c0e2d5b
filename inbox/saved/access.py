"""From an id somebody sent to a saved view they may use or change: the only way in."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from core.accounts.access import Action, may
from core.accounts.models import User
from inbox.saved.models import SavedView
from inbox.saved.queries import saved_for


def access_saved(user: User, *, id: UUID) -> SavedView:
    """One to change: theirs, or a shared one if they may. Raises Http404 and PermissionDenied."""
    found = saved_for(user).filter(id=id).first()
    if found is None:
        raise Http404("no such view")
    if found.is_shared and not may(user, Action.MANAGE_VIEWS):
        raise PermissionDenied
    return found
