"""Addresses of files: signed, of one workspace, for a day or two, and only for who may do what they name.

Within a day the address of a file stays the same, so that nothing that shows it again fetches it again.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from core.accounts.rules import Action
from core.files.models import StoredFile
from tenants import signing

SALT = "core.files"
STEP = 86_400
"""Seconds: an address is good for more than this, and for less than twice as long."""


class Shown(StrEnum):
    """Which bytes of a file an address is for."""

    WHOLE = "w"
    SMALL = "s"


@dataclass(frozen=True, slots=True)
class Link:
    """What an address says: the file, which of its bytes, and what one must be allowed to do to see them."""

    file_id: UUID
    shown: Shown
    right: Action


def token_for(file_id: UUID, *, shown: Shown, right: Action) -> str:
    """What makes an address; whoever holds the file says which right it takes."""
    until = (int(time.time()) // STEP + 2) * STEP
    return signing.dumps_until([file_id.hex, shown.value, right.value], salt=SALT, until=until)


def read_token(token: str) -> Link | None:
    """What a token says; None for one that is altered, over, or of another workspace."""
    try:
        file_id, shown, right = signing.loads_until(token, salt=SALT)
        return Link(UUID(file_id), Shown(shown), Action(right))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def url_of(file: StoredFile, *, right: Action) -> str:
    return _address(token_for(file.id, shown=Shown.WHOLE, right=right))


def thumbnail_url_of(file: StoredFile, *, right: Action) -> str:
    """Where its small picture is; "" for what has none."""
    return _address(token_for(file.id, shown=Shown.SMALL, right=right)) if file.thumbnail else ""


def _address(token: str) -> str:
    return reverse("files:file", args=[token], urlconf=settings.SITE_URLCONFS["workspace"])
