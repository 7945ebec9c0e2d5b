"""A visitor's token: who they are and their secret, signed with the workspace in it.

The secret's hash stands in the visitor's row, so a token can be taken back; whose token it is, is access.py.
"""

import hashlib
import secrets
from uuid import UUID

from tenants import signing

SALT = "chat.visitor"
MAX_AGE = 400 * 24 * 3600
"""Seconds; as long as browsers keep anything."""


class BadToken(Exception):
    """The token is missing, altered, too old or of another workspace."""


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def hash_of(secret: str) -> str:
    """What is kept of a secret; it is long and random, so one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_token(visitor_id: UUID, *, secret: str) -> str:
    """Letters, digits, `-`, `_` and `.`: a token may be the name of a subprotocol (RFC 6455 §4.1)."""
    return signing.dumps([str(visitor_id), secret], salt=SALT).replace(":", ".")


def read_token(text: str) -> tuple[UUID, str]:
    """The visitor's id and the hash of their secret. Raises BadToken."""
    if len(text) > 600 or ":" in text:
        raise BadToken
    try:
        visitor_id, secret = signing.loads(text.replace(".", ":"), salt=SALT, max_age=MAX_AGE)
        return UUID(visitor_id), hash_of(secret)
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise BadToken from error
