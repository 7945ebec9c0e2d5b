"""What every page's frame needs: brand, site, places in the rail and where the live connection goes.
The frame itself is templates/ui/frame.html; the registry of places is nav.py.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core import brand
from core.ui import nav

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Everything that costs a query is lazy, so pages without a rail pay nothing."""
    site = getattr(request, "site", None)
    chosen = request.COOKIES.get("theme", "")
    # Not called `messages`, which in the inbox are what people wrote.
    notices = _lazy(partial(get_messages, request))
    common = {"site": site, "theme": chosen if chosen in THEMES else "", "notices": notices}
    if site is None:
        return common
    return common | {
        "brand": brand.tokens_for(site),
        "nav": _lazy(partial(nav.links_for, request, site_kind=site.kind)),
        "settings_nav": _lazy(partial(nav.links_for, request, site_kind=site.kind, section="settings")),
        "top_nav": _lazy(partial(nav.links_for, request, site_kind=site.kind, section="top")),
        "new_nav": []
        if site.is_read_only
        else _lazy(partial(nav.links_for, request, site_kind=site.kind, section="new")),
        "ws_url": _lazy(partial(_live_url, request, host=site.host)),
    }


def _live_url(request: HttpRequest, *, host: str) -> str:
    """Nothing for whoever may not use the inbox: nothing would be pushed to them."""
    return ws_url(host) if nav.allows(request, "use_inbox") else ""


def ws_url(host: str) -> str:
    """The address of this site's websocket, from settings and the database's host, never from the request."""
    scheme = "wss" if settings.SITE_SCHEME == "https" else "ws"
    port = f":{settings.WS_PUBLIC_PORT}" if settings.WS_PUBLIC_PORT else ""
    return f"{scheme}://{host}{port}/ws/"


def _lazy(make: Callable[[], Any]) -> "SimpleLazyObject[Any]":
    return SimpleLazyObject(make)
