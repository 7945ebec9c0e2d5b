"""The one way to name a thing outside Postgres: cache keys, channels, locks, limits, file paths.

Every name starts with the schema, so two workspaces never meet in one. Tokens are next door in signing.py.
"""

from tenants.context import current


def key(*parts: object) -> str:
    """`<schema>:<part>:<part>`; raises NoContext when nobody said whose it is."""
    return ":".join([current().schema, *(str(part) for part in parts)])


def cache_key(name: str, prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: every cache entry belongs to a place."""
    return key("cache", prefix, version, name) if prefix else key("cache", version, name)


def path(*parts: str) -> str:
    """A relative file path under the place's own folder; refuses parts that could climb out."""
    for part in parts:
        if not part or part in {".", ".."} or "/" in part or "\\" in part or "\0" in part:
            raise ValueError(f"not a plain file name: {part!r}")
    return "/".join([current().schema, *parts])
