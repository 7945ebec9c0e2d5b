"""The browser's side of a support person's stay: its session is opened and closed.

The rows behind it are domain/support.py; that each request may still use it is asked in signed_in.py.
"""

from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.accounts.acting import STAY, stay_of
from core.accounts.domain.support import end_stay, open_stay
from core.accounts.models import SupportSession, User
from core.accounts.signed_in import SUPPORT, bind_to_site
from tenants import signing
from tenants.audit import record
from tenants.console.domain import support
from tenants.models import SupportAccess

COOKIE, SALT = "stay", "core.accounts.stays"
"""Remembers which stay a browser had, so that it is told when that is over. It gives no right."""
COOKIE_SECONDS = 3600
"""For how long after the limit it is told."""
BACKEND = "core.accounts.backends.PlacedBackend"


def enter(request: HttpRequest, access: SupportAccess) -> SupportSession:
    """Sign this browser in as the support person's shadow, until the limit; whoever was signed in is out."""
    if stay_of(request):
        leave(request)
    with transaction.atomic():
        stay = open_stay(access)
        auth.login(request, stay.user, backend=BACKEND)
        bind_to_site(request)
        request.session[SUPPORT] = str(stay.id)
        request.session.set_expiry(stay.expires_at)
        request.__dict__[STAY] = stay
        detail = {"reason": stay.reason, "house": stay.house}
        record("support.enter", target=stay.id, label=stay.person, detail=detail)
    return stay


def remember(response: HttpResponse, *, stay: SupportSession) -> None:
    """So that whoever comes back when it is over reads that instead of a sign-in page."""
    left = (stay.expires_at - timezone.now()).total_seconds()
    response.set_cookie(
        COOKIE,
        signing.dumps(str(stay.id), salt=SALT),
        max_age=int(left) + COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def remembered(request: HttpRequest) -> UUID | None:
    """The stay this browser had in this workspace, whether or not it is over."""
    try:
        return UUID(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT))
    except (signing.BadSignature, ValueError):
        return None


def leave(request: HttpRequest) -> UUID | None:
    """End the stay and the session of this browser; None for somebody who is not here for support."""
    stay = stay_of(request)
    if stay is None:
        return None
    end_stay(stay.id, act="support.leave")
    support.leave(stay.id)
    auth.logout(request)
    request.__dict__.pop(STAY, None)
    return stay.id


def end(stay: SupportSession, *, by: User) -> bool:
    """One of the team sends the support person out; False when they were gone already."""
    ended = end_stay(stay.id, act="support.end")
    support.end(stay.id, by=by.display_name)
    return ended
