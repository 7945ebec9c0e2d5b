"""The one way to name a thing outside Postgres: the keys of the cache, and so of every limit.

Every name starts with the schema, so two workspaces never meet in one. Tokens are next door in signing.py.
"""

from tenants.context import current


def key(*parts: object) -> str:
    """`<schema>:<part>:<part>`; raises NoContext when nobody said whose it is."""
    return ":".join([current().schema, *(str(part) for part in parts)])


def cache_key(name: str, prefix: str, version: int) -> str:
    """Django's KEY_FUNCTION: every cache entry belongs to a place."""
    return key("cache", prefix, version, name) if prefix else key("cache", version, name)
