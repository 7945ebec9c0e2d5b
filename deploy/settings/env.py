"""Reads the environment; a missing or unfit value is one sentence, not a traceback."""

import os
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit


class WrongSetting(SystemExit):
    """A setting that cannot work; printed as one sentence, and the process ends."""


def refuse(sentence: str) -> NoReturn:
    raise WrongSetting(sentence)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        refuse(f"{name} is not set: see the list of settings in README.md.")
    return value


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    if value and not value.isdecimal():
        refuse(f"{name} must be a whole number, not “{value}”.")
    return int(value) if value else default


def database(url: str, *, login: str, pool: dict[str, Any] | None = None) -> dict[str, object]:
    """Django's settings for a libpq URL; unix sockets as `postgresql://user@/name?host=/path`.

    `pool` are psycopg's own options for one; without it a connection lasts for one request.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        refuse("DATABASE_URL and OWNER_DATABASE_URL must look like postgresql://user@host/name.")
    options = dict(parse_qsl(parts.query))
    settings: dict[str, object] = {
        "ENGINE": "tenants.db",
        "LOGIN": login,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or str(parts.port or ""),
        "OPTIONS": {"server_side_binding": True, **options, **({"pool": pool} if pool else {})},
    }
    return settings
