"""Signed tokens that carry their place, so that A's token never opens anything in B.

Invitations and forms use them. Reply and bounce addresses need shorter ones (core/sending/tokens.py); what
proves an address or resets a password is a code, kept by allauth in the session.
"""

import time
from typing import Any

from django.core import signing

from tenants.context import current

BadSignature = signing.BadSignature


def dumps(value: Any, *, salt: str) -> str:
    """A URL-safe token over `value` (JSON-able) bound to the current place and to `salt`."""
    return signing.dumps([current().schema, value], salt=salt)


def loads(token: str, *, salt: str, max_age: int | None = None) -> Any:
    """What was signed; `max_age` in seconds. Raises BadSignature when altered, aged or from another place."""
    if "\0" in token:
        raise BadSignature("not a token")
    payload = signing.loads(token, salt=salt, max_age=max_age)
    if not isinstance(payload, list) or len(payload) != 2 or payload[0] != current().schema:
        raise BadSignature("signed for another workspace")
    return payload[1]


def dumps_until(value: Any, *, salt: str, until: int) -> str:
    """As `dumps`, with its own end in it, in seconds of Unix time: the same again until then.

    For addresses that stand in pages: one that changed with each rendering would be fetched again.
    """
    return signing.Signer(salt=salt).sign_object([current().schema, until, value])


def loads_until(token: str, *, salt: str) -> Any:
    """What `dumps_until` signed. Raises BadSignature when altered, over, or from another place."""
    if "\0" in token:
        raise BadSignature("not a token")
    payload = signing.Signer(salt=salt).unsign_object(token)
    if not isinstance(payload, list) or len(payload) != 3 or payload[0] != current().schema:
        raise BadSignature("signed for another workspace")
    if not isinstance(payload[1], int) or payload[1] <= time.time():
        raise BadSignature("its time is over")
    return payload[2]
