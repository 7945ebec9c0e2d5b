"""The one way to name a thing outside Postgres: the keys of the cache, and so of every limit; and of files.

Every name starts with the schema, so two workspaces never meet in one. Tokens are next door in signing.py.
"""

import re

from tenants.context import current

_PART = re.compile(r"[a-z0-9]{1,64}", re.ASCII)


def key(*parts: object) -> str:
    """`<schema>:<part>:<part>`; raises NoContext when nobody said whose it is."""
    return ":".join([current().schema, *(str(part) for part in parts)])


def cache_key(name: str, prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: every cache entry belongs to a place."""
    return key("cache", prefix, version, name) if prefix else key("cache", version, name)


def path(*parts: str) -> str:
    """`<schema>/<part>/<part>`: where a place's file stands in a storage. Raises NoContext.

    Parts are names of our own making; nothing that came from outside may stand in one.
    """
    return "/".join([current().schema, *(_checked(part) for part in parts)])


def _checked(part: str) -> str:
    if not _PART.fullmatch(part):
        raise ValueError(f"not a part of a file's name: {part[:60]!r}")
    return part
