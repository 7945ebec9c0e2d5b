"""One sentence instead of a traceback: what a person at the terminal can do something about.
Every command of deploy/dev runs its main function through `explained`."""

import sys
from collections.abc import Callable


class Problem(Exception):
    """Something the person at the terminal can mend; the message is one sentence and says how."""


def last_line(text: str, *, otherwise: str = "no message") -> str:
    """The line of a program's output that usually says what went wrong."""
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else otherwise


def explained(main: Callable[[], int]) -> int:
    """Run `main`; a Problem becomes one line on stderr and exit code 1."""
    try:
        return main()
    except Problem as problem:
        print(f"marque: {problem}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
