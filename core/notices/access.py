"""From an id somebody sent to a notice of theirs: the only way in."""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from core.notices.models import Notice
from core.notices.queries import notices_of


def access_notice(user: User, *, id: UUID) -> Notice:
    """A notice of this very person. Raises Http404."""
    found = notices_of(user).filter(id=id).first()
    if found is None:
        raise Http404("no such notice")
    return found
