"""How often may this happen? Fixed windows in the cache of limits: Redis, or Postgres while it is away.

The limits are named where they apply: the API's in auth.py, the public form's in inbox/transports/form.
"""

import ipaddress
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more is allowed, and what to tell the caller. `reset` is in seconds from now."""

    allowed: bool
    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        values = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }
        return values if self.allowed else {**values, "Retry-After": str(self.reset)}


def hit(name: str, *, limit: int, seconds: int, amount: int = 1) -> Verdict:
    """Count `amount` of `name` of this workspace; at most `limit` are allowed in a window of `seconds`."""
    now = time.time()
    window, ends = int(now // seconds), (now // seconds + 1) * seconds
    count = _count(f"throttle:{name}:{seconds}:{window}", ttl=seconds + 5, amount=amount)
    return Verdict(count <= limit, limit, max(0, limit - count), max(1, round(ends - now)))


def client_network(request: HttpRequest) -> str:
    """Where a request came from: an IPv4 address, or the /64 of an IPv6 one, of which one person has many.

    X-Forwarded-For is read from the right, and only as far as proxies of our own stand in front.
    """
    return network_of(client_address(request))


def client_address(request: HttpRequest) -> str:
    """The address itself, as it was told; "" where nothing that looks like one was."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    text = hops[-trusted] if 0 < trusted <= len(hops) else str(request.META.get("REMOTE_ADDR", ""))
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def network_of(text: str) -> str:
    """The IPv4 address, also one written as IPv6, or the /64; "unknown" for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _count(name: str, *, ttl: int, amount: int) -> int:
    try:
        return amount if cache.add(name, amount, ttl) else cache.incr(name, amount)
    except ValueError:  # the window ran out between the two
        return amount
