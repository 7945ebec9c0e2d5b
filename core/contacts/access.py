"""From an id somebody sent to a contact they may see: the only way in.

Every member of a workspace sees all its contacts; a rule by row would stand here.
"""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from core.contacts.models import Contact
from core.contacts.queries import contacts


def access_contact(user: User, *, id: UUID) -> Contact:
    """The contact with its company. Raises Http404."""
    found = contacts().filter(id=id).first()
    if found is None:
        raise Http404("no such contact")
    return found
