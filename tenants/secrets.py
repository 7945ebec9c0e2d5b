"""Secrets that we must be able to read again, such as private keys: encrypted in the column that holds them.

The keys are the installation's (FIELD_KEYS, the newest first; else made of SECRET_KEY and its fallbacks), and
what is sealed in one place opens in no other. What only has to be recognised again is hashed, not kept here.
"""

import base64
import hashlib
import json
from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from tenants.context import current

Resealer = Callable[[], int]

_resealers: dict[str, Resealer] = {}


class Unreadable(Exception):
    """It was sealed with a key that is gone, in another place or for another purpose, or was altered."""


def seal(text: str, *, purpose: str) -> str:
    """The text, encrypted for this place and purpose with the newest key."""
    return _keys().encrypt(json.dumps([current().schema, purpose, text]).encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed. Raises Unreadable."""
    try:
        schema, what_for, text = json.loads(_keys().decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise Unreadable("no key of ours opens it") from error
    if (schema, what_for) != (current().schema, purpose):
        raise Unreadable("it was sealed elsewhere")
    return str(text)


def reseal(sealed: str) -> str:
    """The same, encrypted with the newest key. Raises Unreadable."""
    try:
        return _keys().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("no key of ours opens it") from error


def register_resealer(name: str, resealer: Resealer) -> None:
    """`resealer` encrypts anew what an app has sealed in the current place, and says how many rows."""
    _resealers[name] = resealer


def reseal_all() -> int:
    """Have everything that is sealed in this place encrypted with the newest key; how many rows."""
    return sum(resealer() for resealer in _resealers.values())


def _keys() -> MultiFernet:
    texts = settings.FIELD_KEYS or [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet([Fernet(_key(text)) for text in texts])


def _key(text: str) -> bytes:
    """32 bytes of a text that is long and random; it is no password, so no slow hashing is needed."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"marque.secrets:" + text.encode()).digest())
