"""The widget's endpoints: JSON for listed sites' pages (../cors.py); visitors have a token, never a cookie.

What is told of a message is ../wire.py; what happens to it is ../domain/visits.py.
"""

import time
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.accounts.access import public
from core.api.throttle import hit
from core.files.domain.keep import NotKept
from inbox.conversations.models import Message
from inbox.transports.chat.access import access_own_message, access_visitor, check_key
from inbox.transports.chat.allowance import check_takes_files
from inbox.transports.chat.cors import Refused, bearer, checked, for_other_sites, read_body, too_many
from inbox.transports.chat.domain.uploads import FilesGone
from inbox.transports.chat.domain.visits import KeyTaken, Said, come, introduce, see, write
from inbox.transports.chat.forms import SeenForm, VisitorForm, VisitorMessageForm
from inbox.transports.chat.models import ChatWidget, Visitor
from inbox.transports.chat.queries import is_reachable, seen_by_team, stretch
from inbox.transports.chat.token import make_token
from inbox.transports.chat.wire import for_visitor, for_widget, house_name
from tenants.middleware import site_for

SLACK_MS = 2_000
"""For clocks that differ: what is told twice is known by its id."""


@public
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The widget itself, the same for every site; any page may load it, and only listed ones may use it."""
    path = finders.find("dist/widget.js")
    if path is None:
        raise Http404("the front end is not built")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)


@for_other_sites(methods="GET", limit=300, seconds=600)
def config(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """Words and looks, for whoever knows the key."""
    check_key(widget, request.GET.get("key", ""))
    return JsonResponse(for_widget(widget, site=site_for(request)))


@for_other_sites(methods="POST", limit=30, seconds=3_600)
def visitors(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """A token for a browser that has none."""
    check_key(widget, read_body(request).get("key", ""))
    visitor, secret = come()
    return JsonResponse({"token": make_token(visitor.id, secret=secret)}, status=201)


@for_other_sites(methods="GET, POST", limit=300, seconds=600)
def messages(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """Read the conversation, or write into it."""
    visitor = access_visitor(bearer(request))
    answer = _write if request.method == "POST" else _read
    return answer(request, visitor, widget)


@for_other_sites(methods="POST", limit=300, seconds=600)
def seen(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """The visitor has a message on a focused screen."""
    visitor = access_visitor(bearer(request))
    values = checked(SeenForm(read_body(request)))
    message = access_own_message(visitor, id=values["message"])
    if message is None:
        raise Refused(404, "no_message", "There is no such message in this conversation.")
    see(visitor, message=message)
    return HttpResponse(status=204)


@for_other_sites(methods="POST", limit=20, seconds=600)
def contact(request: HttpRequest, widget: ChatWidget) -> HttpResponse:
    """The visitor leaves an address, so that answers reach them later."""
    visitor = access_visitor(bearer(request))
    values = checked(VisitorForm(read_body(request)))
    if visitor.conversation_id is None:
        raise Refused(409, "no_conversation", "Write a message first.")
    introduce(visitor, email=values["email"], name=values["name"])
    return HttpResponse(status=204)


def _write(request: HttpRequest, visitor: Visitor, widget: ChatWidget) -> HttpResponse:
    verdict = hit(f"chat:visitor:{visitor.id}", limit=40, seconds=60)
    if not verdict.allowed:
        return too_many(verdict)
    values = checked(VisitorMessageForm(read_body(request)))
    if not values["email"] and not is_reachable(visitor, widget=widget):
        fields = {"email": "Leave your e-mail, so that we can answer: nobody is here at the moment."}
        raise Refused(422, "away", fields["email"], fields=fields)
    if values["attached"]:
        check_takes_files(widget, visitor=visitor)
    try:
        message = write(visitor, Said(**values))
    except KeyTaken:
        raise Refused(409, "key_taken", "Another message has this key.") from None
    except FilesGone as error:
        raise Refused(409, "files_gone", str(error)) from None
    except NotKept as error:
        raise Refused(422, "not_kept", str(error)) from None
    return JsonResponse({"message": for_visitor(message, house="", visitor=visitor)}, status=201)


def _read(request: HttpRequest, visitor: Visitor, widget: ChatWidget) -> HttpResponse:
    after, before, only = (_named(visitor, request.GET.get(name, "")) for name in ("after", "before", "only"))
    position = f"{int(time.time() * 1000) - SLACK_MS}-0"
    found: dict[str, Any] = {
        "position": position,
        "online": widget.is_online(now=timezone.now()),
        "known": bool(visitor.conversation and visitor.conversation.contact.email),
        "messages": [],
        "older": False,
        "seen": None,
    }
    if visitor.conversation_id is not None:
        part = stretch(visitor.conversation_id, after=after, before=before, only=only)
        house = house_name()
        found["messages"] = [for_visitor(message, house=house, visitor=visitor) for message in part.messages]
        found["older"], found["seen"] = part.has_older, seen_by_team(visitor.conversation_id)
    return JsonResponse(found)


def _named(visitor: Visitor, text: str) -> Message | None:
    """The message a page names as where to go on from; None for none. Raises Refused for one not theirs."""
    if not text:
        return None
    message = access_own_message(visitor, id=checked(SeenForm({"message": text}))["message"])
    if message is None:
        raise Refused(404, "no_message", "There is no such message in this conversation.")
    return message
