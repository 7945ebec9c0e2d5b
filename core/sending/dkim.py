"""DKIM signatures (RFC 6376): canonicalised by dkimpy, signed by OpenSSL, which is ten times as fast.

Which key signs for which domain is domain/dkim_keys.py; what stands in the DNS is asked by dns.py.
"""

import base64
import hashlib
import re
import time
from dataclasses import dataclass

import dkim
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from dkim.canonicalization import CanonicalizationPolicy

BITS = 2048
SIGNED = (
    b"from", b"from",  # once more than there are, so that nobody can add another (RFC 6376 §8.15)
    b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"auto-submitted",
    b"list-unsubscribe", b"list-unsubscribe-post",  # RFC 8058 §4 asks for both
)  # fmt: skip
_LINE_END = re.compile(rb"\r\n|\r|\n")
_RELAXED = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, and the domain and selector under which its public half is published."""

    domain: str
    selector: str
    key: rsa.RSAPrivateKey

    def sign(self, data: bytes) -> bytes:
        """The mail with a signature in front; line ends become CRLF, as they are on the wire."""
        data = _LINE_END.sub(b"\r\n", data)
        data = data if data.endswith(b"\r\n") else data + b"\r\n"
        found, body = dkim.rfc822_parse(data)
        there = [name.lower() for name, _ in found]
        names = [name for at, name in enumerate(SIGNED) if name in there or at < 2]
        field = self._field(names, body_hash=hashlib.sha256(_RELAXED.canonicalize_body(body)).digest())
        signed = b"".join(
            name + b":" + value
            for name, value in dkim.select_headers(_RELAXED.canonicalize_headers(found), names)
        )
        [(name, value)] = _RELAXED.canonicalize_headers([(b"DKIM-Signature", field)])
        mark = self.key.sign(signed + name + b":" + value.rstrip(), padding.PKCS1v15(), hashes.SHA256())
        return b"DKIM-Signature:" + field + _folded(base64.b64encode(mark)) + b"\r\n" + data

    def _field(self, names: list[bytes], *, body_hash: bytes) -> bytes:
        """All of the signature's own tags but its value (RFC 6376 §3.5), folded."""
        tags = [
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain}",
            f"s={self.selector}; t={int(time.time())}",
            f"bh={base64.b64encode(body_hash).decode()}",
            "h=" + ":\r\n ".join(map(bytes.decode, names)),
            "b=",
        ]
        return b" " + ";\r\n ".join(tags).encode()


def _folded(text: bytes) -> bytes:
    return b"\r\n ".join(text[at : at + 72] for at in range(0, len(text), 72))


def new_key() -> tuple[str, str]:
    """A private key as PEM, and its public half as it stands in a TXT record (base64)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), base64.b64encode(public).decode()


def load_key(pem: str) -> rsa.RSAPrivateKey:
    """The private key in a PEM text. Raises ValueError."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key
