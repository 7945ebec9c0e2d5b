"""Signed ids that fit the local part of a mail address: who bounced, and which conversation is answered.

Letters and digits of one case only, because servers on the way may change the case; bound to the place by
the signature. Tokens for links are tenants/signing.py.
"""

import base64
import binascii
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from tenants.context import current
from tenants.ids import age_of

BOUNCE = "b"
REPLY = "reply"
_PREFIXES = (BOUNCE, REPLY)
RETURN_SECONDS = 14 * 86_400
"""How long a console's mail may come back: three days until it leaves us, five in a queue elsewhere, and the
report's own way (RFC 5321 §4.5.4.1)."""
_MAC_BYTES = 10  # 80 bits; with the id 42 characters, so `reply+…` stays within 64


def bounce_address(delivery_id: UUID, *, domain: str, console: UUID | None = None) -> str:
    """The envelope sender of a delivery (VERP): what comes back to it is about that delivery.

    Consoles share the platform's ledger, so `console` binds it to one reseller's; None is the place's own.
    """
    return f"{BOUNCE}+{seal(delivery_id, purpose=_returns_to(console))}@{domain}"


def read_return_path(address: str, *, console: UUID | None) -> UUID | None:
    """The delivery of a console's return path; None for any other address, or one that is too old."""
    purpose, plus, token = address.rpartition("@")[0].lower().partition("+")
    if not plus or purpose != BOUNCE:
        return None
    delivery_id = unseal(token, purpose=_returns_to(console))
    return delivery_id if delivery_id and age_of(delivery_id) <= RETURN_SECONDS else None


def _returns_to(console: UUID | None) -> str:
    return f"{BOUNCE}:{console.hex}" if console else BOUNCE


def reply_address(conversation_id: UUID, *, domain: str) -> str:
    """Where an answer to a conversation is to be sent."""
    return f"{REPLY}+{seal(conversation_id, purpose=REPLY)}@{domain}"


def read_address(address: str) -> tuple[str, UUID] | None:
    """The purpose and the id of one of the addresses above; None for any other, or one of another place."""
    local = address.rpartition("@")[0].lower()
    purpose, plus, token = local.partition("+")
    if not plus or purpose not in _PREFIXES:
        return None
    opened = unseal(token, purpose=purpose)
    return (purpose, opened) if opened else None


def seal(id: UUID, *, purpose: str) -> str:
    """The id and its signature as lower-case base32."""
    mac = _mac(id, purpose=purpose, key=settings.SECRET_KEY)
    return base64.b32encode(id.bytes + mac).decode().rstrip("=").lower()


def unseal(token: str, *, purpose: str) -> UUID | None:
    """The id, or None when the token is altered, for another purpose or from another place."""
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + _MAC_BYTES:
        return None
    id, mac = UUID(bytes=raw[:16]), raw[16:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    known = any(constant_time_compare(mac, _mac(id, purpose=purpose, key=key)) for key in keys)
    return id if known else None


def _mac(id: UUID, *, purpose: str, key: str | bytes) -> bytes:
    signed = f"{current().schema}:{id.hex}"
    return salted_hmac(f"core.sending.{purpose}", signed, secret=key, algorithm="sha256").digest()[
        :_MAC_BYTES
    ]
