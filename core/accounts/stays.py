"""The browser's side of a support person's stay: its session is opened and closed.

The rows behind it are domain/support.py; that each request may still use it is asked in signed_in.py.
"""

from uuid import UUID

from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest

from core.accounts.acting import STAY, stay_of
from core.accounts.domain.support import end_stay, open_stay
from core.accounts.models import SupportSession
from core.accounts.signed_in import SUPPORT, bind_to_site
from tenants.audit import record
from tenants.console.domain import support
from tenants.models import SupportAccess

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


def leave(request: HttpRequest) -> UUID | None:
    """End the stay and the session of this browser; None for somebody who is not here for support."""
    stay = stay_of(request)
    if stay is None:
        return None
    end_stay(stay.id, act="support.leave")
    support.end(stay.id)
    auth.logout(request)
    request.__dict__.pop(STAY, None)
    return stay.id


def end(stay: SupportSession) -> bool:
    """One of the team sends the support person out; False when they were gone already."""
    ended = end_stay(stay.id, act="support.end")
    support.end(stay.id)
    return ended
