"""Phone numbers that ring nowhere: the ranges that regulators keep free for films and novels.

Ofcom, ARCEP, Bundesnetzagentur, PTS and NANPA each publish theirs; all of these are valid numbers to
libphonenumber, so that core/contacts/rules.py reads them as it reads real ones.
"""

from random import Random

from deploy.demo.chance import one

# As people write it, and how many digits are free at the end.
RANGES = (
    ("+44 20 7946 0", 3),
    ("+44 113 496 0", 3),
    ("+44 161 496 0", 3),
    ("+33 1 99 00 ", 4),
    ("+33 2 61 91 ", 4),
    ("+33 4 65 71 ", 4),
    ("+49 30 23125", 3),
    ("+49 69 90009", 3),
    ("+49 40 66969", 3),
    ("+46 8 465 004", 2),
    ("+1 202 555 01", 2),
    ("+1 312 555 01", 2),
)


def some_phone(random: Random) -> tuple[str, str]:
    """A number as somebody types it, and in E.164."""
    start, digits = one(RANGES, random=random)
    written = f"{start}{int(random.random() * 10**digits):0{digits}d}"
    return written, written.replace(" ", "")


def local_phone(number: int) -> str:
    """One without its country, as somebody notes it down during a call; it has no E.164."""
    return f"020 7946 0{number * 7 % 1000:03d}"
