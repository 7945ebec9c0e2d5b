"""Where mail providers post: mail that came in for any of our hosts, and what became of mail we sent.

On the platform's host. Who posts proves it by the secret in the address, before a byte is read, and by the
provider's signature where it has one; without a secret in the settings nothing is here.
"""

from threading import BoundedSemaphore

import structlog
from anymail.utils import get_request_basic_auth
from django.conf import settings
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.accounts.access import public
from inbox.transports.email.domain.posted import Answer, hear_events, keep_posted
from inbox.transports.email.providers.posts import BadPost
from inbox.transports.email.providers.registry import PROVIDERS, Provider, posted_events, posted_mail
from tenants.access import Large, takes_large

log = structlog.get_logger(__name__)

MAX_POST = 60 * 1024 * 1024
"""Bytes: a mail of 25 MB as JSON, beside its attachments in base64."""
MAX_EVENTS = 1024 * 1024
AT_ONCE = 2
"""How many posts of mail one process holds at a time; the others are asked to come again."""

_room = BoundedSemaphore(AT_ONCE)


def knows_secret(request: HttpRequest) -> bool:
    """Whether the request bears the installation's secret, compared in constant time."""
    secret, given = settings.MAIL_WEBHOOK_SECRET, get_request_basic_auth(request)
    return bool(secret) and constant_time_compare(given or "", secret)


@takes_large(Large(limit=lambda: MAX_POST, allows=knows_secret, handler=MemoryFileUploadHandler))
@public
@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def inbound(request: HttpRequest, provider: str) -> HttpResponse:
    """A mail. 200 once it is kept; the provider's own word for "give it up", or 503 for "come again"."""
    sender = _sender(request, provider)
    if sender is None:
        return _unknown()
    if not _room.acquire(blocking=False):
        return _later("Too many mails at once.")
    try:
        body = _body(request, most=MAX_POST)
        posted = posted_mail(
            sender, request.headers.get("Content-Type", ""), body, authorization=_auth(request)
        )
    except BadPost as error:
        return _bad(sender, error)
    else:
        answer = keep_posted(posted, provider=sender.name)
    finally:
        _room.release()
    return _said(answer, sender)


@public
@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def events(request: HttpRequest, provider: str) -> HttpResponse:
    """What became of mails we sent; each event counts once, in the place it is about."""
    sender = _sender(request, provider)
    if sender is None:
        return _unknown()
    try:
        body = _body(request, most=MAX_EVENTS)
        heard = posted_events(
            sender, request.headers.get("Content-Type", ""), body, authorization=_auth(request)
        )
    except BadPost as error:
        return _bad(sender, error)
    hear_events(heard, provider=sender.name)
    return _text("Heard.", 200)


def _sender(request: HttpRequest, name: str) -> Provider | None:
    """The provider that posts; None when it does not prove so. Raises Http404 where it is not set up."""
    provider = PROVIDERS[name]
    if not provider.is_set_up():
        raise Http404("this provider is not set up")
    return provider if knows_secret(request) else None


def _body(request: HttpRequest, *, most: int) -> bytes:
    try:
        body = request.read(most + 1)
    except (UnreadablePostError, OSError) as error:
        raise BadPost("It was cut off.") from error
    if len(body) > most:
        raise BadPost("It is too large.")
    return bytes(body)


def _auth(request: HttpRequest) -> str:
    return request.headers.get("Authorization", "")


def _said(answer: Answer, provider: Provider) -> HttpResponse:
    if answer is Answer.KEPT:
        return _text("Kept.", 200)
    if answer is Answer.LATER:
        return _later("It cannot be taken right now.")
    return _text("Nobody here takes this mail.", provider.refused)


def _bad(provider: Provider, error: BadPost) -> HttpResponse:
    log.warning("post_refused", provider=provider.name, why=str(error))
    return _text(str(error), 400)


def _unknown() -> HttpResponse:
    response = _text("The secret is missing or wrong.", 401)
    response["WWW-Authenticate"] = 'Basic realm="mail webhooks"'
    return response


def _later(text: str) -> HttpResponse:
    response = _text(text, 503)
    response["Retry-After"] = "60"
    return response


def _text(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
