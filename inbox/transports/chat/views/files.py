"""Files of a chat: sent ahead of a message by a visitor, and shown by addresses that prove themselves.

The other endpoints of the widget are widget.py next door; how much may be sent is ../allowance.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from urllib.parse import unquote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core.accounts.access import public
from core.api.throttle import client_network, hit
from core.files.domain.keep import NotKept, check_size
from core.files.rules import clean_name, in_words
from core.files.serving import ANY_PAGE, answer_file
from core.ui.bodies import LARGEST, takes_body
from core.ui.errors import too_many
from core.ui.pace import TooSlow
from core.ui.pace import read_body as read_at_pace
from inbox.attachments.queries import shown_file
from inbox.transports.chat.access import NotAllowed, access_file, access_visitor, access_waiting_file
from inbox.transports.chat.allowance import PACE, PLACES, check_takes_files, spend, spend_here
from inbox.transports.chat.cors import Refused, bearer, checked, for_other_sites, read_body
from inbox.transports.chat.domain.uploads import send_ahead, take_back
from inbox.transports.chat.forms import TakeBackForm, UploadForm
from inbox.transports.chat.models import ChatWidget
from inbox.transports.chat.queries import sent_ahead
from inbox.transports.chat.wire import file_for_visitor

SHOWN = {"limit": 1_200, "seconds": 600}
"""For each network: a page of messages may show two hundred pictures."""


@takes_body(LARGEST)
@for_other_sites(methods="POST", limit=60, seconds=600)
def upload(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """The body is the file, X-File-Name its name in percent-encoded UTF-8, X-File-Key what the browser calls
    it: sent once more under the same key, it is the file that stands there already."""
    visitor = access_visitor(bearer(request))
    check_takes_files(widget, visitor=visitor)
    key = checked(UploadForm({"key": request.headers.get("X-File-Key", "")}))["key"]
    name = unquote(request.headers.get("X-File-Name", ""))[:1000]
    try:
        size = _size(request, name=name)
        spend_it = partial(spend, visitor, network=client_network(request), size=size)
        known = sent_ahead(visitor, key=key)
        if known is None:
            with _place(request):
                spend_it()  # with a place: the widget asks again by itself while there is none
                data = _body(request, size=size)
            spend_here(size)
            known = send_ahead(visitor, key=key, name=name, data=data)
        else:
            spend_it()
            _read_past(request, size=size)
    except NotKept as reason:
        raise Refused(422, "not_kept", str(reason)) from None
    return JsonResponse({"file": file_for_visitor(shown_file(known), visitor=visitor)}, status=201)


@for_other_sites(methods="POST", limit=120, seconds=600)
def back(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """The visitor takes a file away that they have not sent."""
    visitor = access_visitor(bearer(request))
    row = access_waiting_file(visitor, id=checked(TakeBackForm(read_body(request)))["file"])
    if row is None:
        raise Refused(404, "no_file", "There is no such file.")
    take_back(row)
    return HttpResponse(status=204)


@require_safe
@public
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture, its small one, or a download; a page of another site shows it without cookie or Origin."""
    if not hit(f"chat:file:{client_network(request)}", **SHOWN).allowed:
        return too_many(request)
    try:
        row, shown = access_file(token)
    except NotAllowed as error:
        raise Http404("no such file") from error
    take = partial(PLACES.take, client_network(request))
    return answer_file(request, row, shown=shown, reach=ANY_PAGE, take=take)


def _size(request: HttpRequest, *, name: str) -> int:
    """How many bytes are announced. Raises NotKept and Refused."""
    if request.content_type != "application/octet-stream":
        raise Refused(415, "not_bytes", "Send the file as it is, as application/octet-stream.")
    length = request.headers.get("Content-Length", "")
    size = int(length[:20]) if length.isascii() and length.isdigit() else 0
    check_size(size, name=name)
    if size > settings.CHAT_FILE_MAX_BYTES:
        most = in_words(settings.CHAT_FILE_MAX_BYTES)
        raise NotKept(f"“{clean_name(name)}” has {in_words(size)}, and a file can have at most {most}.")
    return size


@contextmanager
def _place(request: HttpRequest) -> Iterator[None]:
    """One of the few that strangers have. Raises Refused."""
    place = PLACES.take(client_network(request))
    if place is None:
        raise Refused(503, "busy", "Many files come in at the moment. Try again.")
    with place:
        yield


def _body(request: HttpRequest, *, size: int) -> bytes:
    """All of it, at a pace. Raises Refused and NotKept."""
    try:
        found = read_at_pace(request, size=size, pace=PACE)
    except TooSlow:
        detail = "The file took too long. Try again with a better connection."
        raise Refused(408, "too_slow", detail) from None
    if len(found) != size:
        raise NotKept("The file did not come whole. Attach it again.")
    return found


def _read_past(request: HttpRequest, *, size: int) -> None:
    """What stands here already needs no reading, but browsers listen only once they have sent all, and the
    server hangs up on a body that nobody reads. So it is read like any other, where there is a place."""
    with suppress(Refused, NotKept), _place(request):
        _body(request, size=size)
