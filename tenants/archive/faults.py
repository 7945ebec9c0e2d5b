"""What went wrong with an export or an import, for whoever waits, where it is not the archive's own fault.

What is wrong with an archive is a BadArchive (manifest.py), which says so itself.
"""

import errno

import psycopg

NO_ROOM = "There is no room left for it. The platform’s people have to make some; then try again."
OURS = "It is a fault on our side, which the platform’s people can see. Nothing is lost."
CUT_OFF = "It was cut off again and again, which the platform’s people can see. Nothing is lost."

TRIES = 3
"""How often what is cut off is begun, so that one that kills the builder does not do so for ever."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_DISK_FULL = "53100"
_POSTGRES_OWN = ("08", "53", "57", "58")
"""Classes of SQLSTATE (PostgreSQL, appendix A): connections, resources, operators' acts, the system."""


def in_words(error: BaseException) -> str:
    """A sentence about it, and what to do."""
    full = isinstance(error, OSError) and error.errno in _FULL
    return NO_ROOM if full or _state(error) == _DISK_FULL else OURS


def is_our_trouble(error: BaseException) -> bool:
    """Whether Postgres is in trouble itself, rather than refusing what it was given."""
    state = _state(error)
    return state is None or state.startswith(_POSTGRES_OWN)


def _state(error: BaseException) -> str | None:
    """Postgres' code for it; Django keeps psycopg's error as the cause of its own. None without an answer."""
    for one in (error, error.__cause__):
        if isinstance(one, psycopg.Error):
            return one.sqlstate
    return None
