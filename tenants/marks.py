"""Marks: small facts about what runs, such as when a worker was last alive; in Redis, and free to be lost.

What must not be lost stands in Postgres; limits are counted in the cache. Names start with the schema.
"""

import json
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from tenants.keys import key

log = structlog.get_logger(__name__)

MONTH = 31 * 24 * 3600
"""Seconds a mark is kept unless somebody says otherwise."""

_clients: dict[str, "Redis"] = {}


def client() -> "Redis":
    """This process's connection pool; a command may raise RedisError or OSError."""
    url = settings.REDIS_URL
    if url not in _clients:
        _clients[url] = Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=1)
    return _clients[url]


def leave(name: str, value: Any, *, seconds: int = MONTH) -> bool:
    """Write a mark of the current place, as JSON; False when Redis is away."""
    try:
        client().set(key("mark", name), json.dumps(value), ex=seconds)
    except (RedisError, OSError) as error:
        log.warning("mark_not_left", mark=name, error=type(error).__name__)
        return False
    return True


def read_many(names: Sequence[str]) -> list[Any]:
    """The same for several, in one command."""
    try:
        found: Any = client().mget([key("mark", name) for name in names]) if names else []
    except (RedisError, OSError):
        return [None] * len(names)
    return [json.loads(one) if isinstance(one, bytes) else None for one in found]


def read(name: str) -> Any:
    """A mark of the current place; None when there is none or Redis is away."""
    try:
        found = client().get(key("mark", name))
    except (RedisError, OSError):
        return None
    return json.loads(found) if isinstance(found, bytes) else None


def once(name: str, *, seconds: int) -> bool:
    """Whether nobody has called this in the current place for so long; False when Redis is away."""
    try:
        return bool(client().set(key("mark", name), json.dumps(True), ex=seconds, nx=True))
    except (RedisError, OSError):
        return False


def count(name: str, *, amount: int = 1) -> bool:
    """Add to a counter of the current place, which `read` gives as an int; False when Redis is away."""
    try:
        client().incrby(key("mark", name), amount)
    except (RedisError, OSError):
        return False
    return True
