"""The proof of work of a submission: a tenth of a second of a slow phone, for each lead a robot makes up.

The challenge is the form's signed token with a digest of what is sent, so a proof is good for that one
content: pressing Send twice is the same proof, and another lead is other work. The browser's half is
core/ui/frontend/form/proof.ts. Without a proof a lead is kept all the same, and doubted.
"""

import hashlib
from collections.abc import Iterable, Mapping

from inbox.transports.form.rules.kinds import TRAP
from tenants.text import unix_lines

PARTS, BITS = 8, 12
"""So many small puzzles of so many bits: as much work as one of 15 bits, and nearly as much each time."""
LEFT_OUT = frozenset({"token", "proof", TRAP})
"""Names of a form that are no answers."""


def is_proof(proof: str, *, token: str, sent: Mapping[str, Iterable[str]]) -> bool:
    """Whether `proof` answers the challenge that `token` and what was `sent` make; a few microseconds."""
    numbers = proof.split(".")
    if len(numbers) != PARTS or not all(_is_number(number) for number in numbers) or _is_unclear(sent):
        return False
    seed = challenge(token, sent)
    return all(_solves(seed, part, int(number)) for part, number in enumerate(numbers))


def challenge(token: str, sent: Mapping[str, Iterable[str]]) -> bytes:
    """32 bytes over the token and each name with its values and their number, in the order they came in."""
    parts = [token]
    for name, values in sent.items():
        if name not in LEFT_OUT:
            given = [unix_lines(value) for value in values]  # as browsers count them, whatever they send
            parts += [name, str(len(given)), *given]
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _is_unclear(sent: Mapping[str, Iterable[str]]) -> bool:
    """A NUL, which parts what is hashed, could make two submissions one."""
    return any("\0" in text for name, values in sent.items() for text in (name, *values))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def _solves(seed: bytes, part: int, number: int) -> bool:
    found = hashlib.sha256(seed + bytes([part]) + number.to_bytes(4, "big")).digest()
    return int.from_bytes(found[:2], "big") >> (16 - BITS) == 0
