"""From an id somebody sent to an API key they may revoke: the only way in."""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from core.api.models import ApiKey


def access_key(user: User, *, id: UUID) -> ApiKey:
    """Every key of the workspace is open to those who may manage keys. Raises Http404."""
    found: ApiKey | None = ApiKey.objects.filter(id=id).first()
    if found is None:
        raise Http404("no such key")
    return found
