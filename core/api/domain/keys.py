"""Making, checking and revoking API keys.

A key reads `crm_<prefix>_<secret>`. It holds 190 random bits, so one round of SHA-256 is enough to store it.
"""

import hashlib
import hmac
import secrets
import string
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.api.enums import Scope
from core.api.models import ApiKey
from core.api.queries import working_keys
from tenants.audit import record

ALPHABET = string.ascii_letters + string.digits
PREFIX_LENGTH, SECRET_LENGTH = 8, 32
USED_EVERY = timedelta(minutes=5)
"""`last_used_at` is kept to this grain, so that reading with a key is not a write each time."""


def make_key(*, name: str, scopes: Sequence[Scope], created_by: Any) -> tuple[ApiKey, str]:
    """A new key and its full text, which is shown once and cannot be had again."""
    prefix, secret = _random(PREFIX_LENGTH), _random(SECRET_LENGTH)
    with transaction.atomic():
        row = ApiKey.objects.create(
            name=name,
            prefix=prefix,
            secret_hash=_hash(secret),
            scopes=[str(scope) for scope in scopes],
            created_by=created_by,
        )
        record(
            "api_key.make", target=row.id, label=name, actor=str(created_by), detail={"scopes": row.scopes}
        )
    return row, f"crm_{prefix}_{secret}"


def key_of(text: str) -> ApiKey | None:
    """The living key this text is, or None. Compares in constant time, also for a prefix nobody has.

    A key rests while whoever made it has no access: they may have kept its text.
    """
    parts = text.split("_")
    plausible = len(parts) == 3 and parts[0] == "crm" and text.isascii() and text.isprintable()
    prefix, secret = (parts[1], parts[2]) if plausible else ("", "")
    row = working_keys().filter(prefix=prefix).first()
    expected = row.secret_hash if row else _hash("nobody")
    return row if hmac.compare_digest(_hash(secret), expected) and row else None


def note_use(key: ApiKey) -> None:
    """Remember that the key was used, at most once in USED_EVERY."""
    now = timezone.now()
    if key.last_used_at and now - key.last_used_at < USED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_EVERY)
    ApiKey.objects.filter(stale, id=key.id).update(last_used_at=now)


def revoke_key(key: ApiKey) -> None:
    """Stop the key from the next request on; revoking twice keeps the first time."""
    with transaction.atomic():
        if ApiKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=timezone.now()):
            record("api_key.revoke", target=key.id, label=key.name)


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
