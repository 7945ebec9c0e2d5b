"""Who acts in the request at hand, for the log of who did what.

The middleware sets it around each request; commands and tasks have none, and name whoever acts themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from core.accounts.models import SupportSession, User
from tenants.context import entered
from tenants.middleware import site_for
from tenants.sites import Site

STAY = "stay"
RECORDED = "recorded"

_request: ContextVar[HttpRequest | None] = ContextVar("marque_acting", default=None)


@dataclass(frozen=True, slots=True)
class Acting:
    """Where a request came in and from which address; `user` is nobody's for a stranger's.

    `stay` is set for a support person, whose `user` is their shadow.
    """

    site: Site
    address: str
    user: User | None
    stay: SupportSession | None


@contextmanager
def acting(request: HttpRequest) -> Iterator[None]:
    """While it lasts, what is written into the log was done by this request's person."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


@contextmanager
def nobody_acting() -> Iterator[None]:
    """While it lasts, what is written into the log happened by itself."""
    token = _request.set(None)
    try:
        yield
    finally:
        _request.reset(token)


def who() -> Acting | None:
    """Whose request this is, or None outside of one. Asks for the person only if nobody has yet."""
    request = _request.get()
    if request is None:
        return None
    site = site_for(request)
    with entered(site.place):
        user = request.user if request.user.is_authenticated else None
    found = user if isinstance(user, User) else None
    return Acting(site=site, address=_address(request), user=found, stay=stay_of(request))


def note_recorded() -> None:
    """What this request does has a line in the log of the place it came in at."""
    if request := _request.get():
        request.__dict__[RECORDED] = True


def has_recorded(request: HttpRequest) -> bool:
    return bool(request.__dict__.get(RECORDED))


def _address(request: HttpRequest) -> str:
    """As limits on signing in count it; "" where the server was told none, such as behind a unix socket."""
    with suppress(PermissionDenied):
        return str(get_adapter().get_client_ip(request))
    return ""


def stay_of(request: HttpRequest) -> SupportSession | None:
    """The stay of the support person whose request this is; known once `request.user` was asked."""
    found: SupportSession | None = request.__dict__.get(STAY)
    return found
