"""Whose session this is, and whether that person may use it on this site, asked anew with every request.

HTTP asks through middleware.py, the websocket consumer through `user_by_cookie`; the store is sessions.py.
"""

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser  # noqa: TID251 - no table, the null object
from django.http import HttpRequest

from core.accounts.access import Action, may
from core.accounts.acting import STAY
from core.accounts.domain.support import close_stay
from core.accounts.models import User
from core.accounts.queries import may_enter, standing_stay
from core.accounts.seen import note_seen
from core.accounts.sessions import SessionStore
from tenants.middleware import site_for
from tenants.sites import Site

SITE, SUPPORT = "_site", "_support"


def bind_to_site(request: HttpRequest) -> None:
    """Tie a fresh sign-in to its site: consoles share one table of sessions, not their cookies."""
    request.session[SITE] = site_key(site_for(request))


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """The signed-in person, or nobody; a session that has no business here is ended on the spot."""
    user = auth.get_user(request)
    if not isinstance(user, User):
        return AnonymousUser()
    site = site_for(request)
    if request.session.get(SITE) != site_key(site) or not _may_use(request, user, site=site):
        request.session.flush()
        return AnonymousUser()
    note_seen(user)
    return user


def _may_use(request: HttpRequest, user: User, *, site: Site) -> bool:
    """A support person's shadow only while their stay lasts; it is put on the request for the log."""
    if not user.is_support:
        return may_enter(user, site)
    stay = standing_stay(user, request.session.get(SUPPORT), site=site)
    request.__dict__[STAY] = stay
    if stay is None:
        close_stay(user, stay_id=request.session.get(SUPPORT))
    return stay is not None


def user_by_cookie(session_key: str | None, *, site: Site) -> User | None:
    """The same for a websocket handshake; runs in the site's place.

    What is pushed is the inbox, so whoever may not use it has no socket.
    """
    request = HttpRequest()
    request.session = SessionStore(session_key)
    request.__dict__["site"] = site  # read through site_for(), as tenants/middleware.py sets it
    user = user_of(request)
    return user if isinstance(user, User) and may(user, Action.USE_INBOX) else None


def site_key(site: Site) -> str:
    """What a session is tied to: the kind of site and whose it is, not one of its host names."""
    return f"{site.kind}:{site.reseller_id or ''}:{site.workspace_id or ''}"
