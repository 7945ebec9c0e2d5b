"""How a command says on the terminal how far it is."""

import time
from typing import Any


class Teller:
    """A line with a number, about once a second; nothing for what is done at once."""

    def __init__(self, out: Any) -> None:
        self._out, self._told_at = out, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at > 1:
            self._told_at = time.monotonic()
            self._out.write(f"{done:,} of {total:,} rows")
