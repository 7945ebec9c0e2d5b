"""From a signed address to the file it names: the only way in."""

from django.http import Http404

from core.accounts.access import may
from core.accounts.models import User
from core.files.links import Link, read_token
from core.files.models import StoredFile


def access_linked(user: User, *, token: str) -> tuple[StoredFile, Link]:
    """The file and what of it is asked for. Raises Http404, whatever is wrong with address or asker."""
    link = read_token(token)
    if link is None or not may(user, link.right):
        raise Http404("no such file")
    row = StoredFile.objects.filter(id=link.file_id).exclude(state=StoredFile.State.GOING).first()
    if row is None:
        raise Http404("no such file")
    return row, link
