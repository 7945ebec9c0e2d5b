"""Keys that follow from a seed: the same seed, kind and number give the same id, in the shape of UUIDv7.

Everything else about a row is decided in people.py and talk.py next door.
"""

from hashlib import blake2b


class SeededIds:
    """Makes ids of one seed. As text, because millions of them go to the database by COPY."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def make(self, kind: str, *, number: int, at: int) -> str:
        """The id of row `number` of a kind, made at `at` ms since 1970, laid out as in RFC 9562 §5.7."""
        noise = blake2b(f"{self._seed}/{kind}/{number}".encode(), digest_size=10).hexdigest()
        variant = "89ab"[int(noise[3], 16) & 3]
        digits = f"{at:012x}7{noise[:3]}{variant}{noise[4:19]}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
