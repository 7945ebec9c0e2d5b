"""Sites that may show the chat, and when somebody is there to answer: pure rules.

The settings that hold both are models.py.
"""

import re
from collections.abc import Iterable
from datetime import datetime, time
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

MOST_ORIGINS = 20
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORKDAYS = [0, 1, 2, 3, 4]
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\Z")
_LOCAL = {"localhost", "127.0.0.1"}
_DEFAULT_PORTS = {"https": 443, "http": 80}


class NoOrigin(Exception):
    """A text that names no site; what would, in words."""


def origin_of(text: str, *, plain_http: bool = False) -> str:
    """The origin of a site as browsers write it (RFC 6454 §6.2). Raises NoOrigin.

    A bare host name is a site on https. Without `plain_http` other sites on http are refused: whoever sits
    between could read the visitor's token.
    """
    text = text.strip().lower()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = _ascii(parts.hostname or ""), parts.port
    except ValueError:
        raise NoOrigin(f"“{text}” is not the address of a site, such as https://www.example.com.") from None
    named = bool(_HOST.match(host)) and ("." in host or host in _LOCAL)
    if parts.scheme not in _DEFAULT_PORTS or not named or parts.username is not None:
        raise NoOrigin(f"“{text}” is not the address of a site, such as https://www.example.com.")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise NoOrigin(f"“{text}” names a page. Give the site alone, such as {parts.scheme}://{host}.")
    if parts.scheme == "http" and not plain_http and host not in _LOCAL:
        raise NoOrigin(f"“{text}” is not on https, so others could read what visitors write.")
    return f"{parts.scheme}://{host}" + ("" if port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{port}")


def _ascii(host: str) -> str:
    return host if host.isascii() else host.encode("idna").decode()


def known_origins(stored: Iterable[object]) -> frozenset[str]:
    return frozenset(entry for entry in stored if isinstance(entry, str))


def is_within(moment: datetime, *, days: Iterable[int], opens: time, closes: time, zone: str) -> bool:
    """Whether a moment is in the hours of that zone; those that end before they begin pass midnight."""
    local = moment.astimezone(ZoneInfo(zone))
    now, today = local.time(), local.weekday()
    open_days = set(days)
    if opens < closes:
        return today in open_days and opens <= now < closes
    return (today in open_days and now >= opens) or ((today - 1) % 7 in open_days and now < closes)
