"""The websocket side, served by uvicorn: site middleware, routes, and what the process runs beside them.

HTTP is wsgi.py's; whoever comes here with it gets a plain 404.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
django.setup()

from core.realtime.build import build_id  # noqa: E402 - Django must be set up first
from core.realtime.process import STATE_KEY, LiveProcess  # noqa: E402 - the same
from core.realtime.routing import VISITORS_PATH, websocket_urlpatterns  # noqa: E402 - the same
from inbox.transports.chat.access import is_origin_allowed  # noqa: E402 - the same
from tenants.middleware import SiteWebsocketMiddleware  # noqa: E402 - the same

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"10")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Not found\n"})


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """A websocket on a path that is none of ours."""
    await receive()
    await send({"type": "websocket.close"})


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start the hub with the process and end it with the process."""
    await receive()
    live = LiveProcess(settings.REDIS_URL, build=build_id())
    scope["state"][STATE_KEY] = live
    await live.start()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await live.stop()
    await send({"type": "lifespan.shutdown.complete"})


elsewhere = re_path("", refuse)  # type: ignore[arg-type]  # channels' routes lead to ASGI applications

application = ProtocolTypeRouter(
    {
        "http": not_found,
        "websocket": SiteWebsocketMiddleware(
            URLRouter([*websocket_urlpatterns, elsewhere]), doors={VISITORS_PATH: is_origin_allowed}
        ),
        "lifespan": lifespan,
    }
)
