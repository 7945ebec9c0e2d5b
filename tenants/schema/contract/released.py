"""Which migrations a release has: released.txt, committed, one `app.name` a line below the release's name.

A released migration is history; check.py next door judges only what is new by what came before it.
"""

from collections.abc import Iterable
from pathlib import Path

RELEASED = Path(__file__).with_name("released.txt")


def read_released(path: Path = RELEASED) -> frozenset[str]:
    """The `app.name` of each released migration."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def add_release(name: str, keys: Iterable[str], path: Path = RELEASED) -> list[str]:
    """Append a release with the migrations no earlier one has; returns those."""
    new = sorted(set(keys) - read_released(path))
    with path.open("a") as file:
        file.write("\n".join(["", f"# {name}", *new, ""]))
    return new
