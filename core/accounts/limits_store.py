"""Where limits on sign-in and API are counted: Redis, or this place's own table while Redis is away.

It is the default cache, and limits are all it is for: a cached page would be shown to somebody else one day.
Keys start with the schema (tenants/keys.py); values are JSON.
"""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PAUSE = 5.0
"""Seconds for which Redis is left alone after it failed, so that an outage does not slow every sign-in."""


class JSONSerializer:
    """No pickles: whoever can write to Redis must not be able to run code here."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class LimitsCache(RedisCache):
    """Django's Redis cache that answers from Postgres when Redis does not."""

    _away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {"serializer": JSONSerializer, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(
            self._ask(
                key,
                redis=super().add,
                table=_add,
                version=version,
                value=value,
                timeout=self._seconds(timeout),
            )
        )

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(key, redis=super().get, table=_get, version=version, default=default)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(
            key, redis=super().set, table=_set, version=version, value=value, timeout=self._seconds(timeout)
        )

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError when there is nothing to add to."""
        return int(self._ask(key, redis=super().incr, table=_incr, version=version, delta=delta))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask(key, redis=super().delete, table=_delete, version=version))

    def _seconds(self, timeout: Any) -> int:
        """Limits are counted in whole seconds, rounded up so that none ends early."""
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return max(1, -int(-float(seconds or 300) // 1))

    def _ask(
        self,
        key: Any,
        *,
        redis: Callable[..., Any],
        table: Callable[..., Any],
        version: int | None,
        **values: Any,
    ) -> Any:
        """`values` go by the names that Django's cache has for them; the table's functions share those."""
        if time.monotonic() >= LimitsCache._away_until:
            try:
                return redis(key, version=version, **values)
            except (RedisError, OSError) as error:
                LimitsCache._away_until = time.monotonic() + PAUSE
                log.warning("limits_without_redis", error=type(error).__name__)
        return table(self.make_key(key, version=version), **values)


def _rows() -> Any:
    from core.accounts.models import Counter  # noqa: PLC0415 - a cache is set up before the models are

    return Counter.objects


def _get(key: str, *, default: Any) -> Any:
    row = _rows().filter(key=key, expires_at__gt=timezone.now()).first()
    return default if row is None else row.value


def _set(key: str, *, value: Any, timeout: int) -> None:
    _rows().update_or_create(key=key, defaults={"value": value, "expires_at": _ends(timeout)})


def _add(key: str, *, value: Any, timeout: int) -> bool:
    with transaction.atomic():
        _rows().filter(key=key, expires_at__lte=timezone.now()).delete()
        _, created = _rows().get_or_create(key=key, defaults={"value": value, "expires_at": _ends(timeout)})
    return bool(created)


def _incr(key: str, *, delta: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_counter SET value = to_jsonb((value #>> '{}')::int + %s::int)"
            " WHERE key = %s::text AND expires_at > %s::timestamptz RETURNING (value #>> '{}')::int",
            [delta, key, timezone.now()],
        )
        row = cursor.fetchone()
    if row is None:
        raise ValueError(f"nothing is counted under {key!r}")
    return int(row[0])


def _delete(key: str) -> bool:
    return bool(_rows().filter(key=key).delete()[0])


def _ends(seconds: int) -> Any:
    return timezone.now() + timedelta(seconds=seconds)
