"""The door: a host name becomes a site, and everything behind it runs in that site's place.

HTTP is SiteMiddleware, websockets SiteWebsocketMiddleware; an unknown host learns nothing, not even a brand.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string

from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place, entered
from tenants.refusals import closed, is_closed, read_only, writes_where_it_may_not
from tenants.sites import Site, resolve

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

NOT_HERE = 4403
"""The close code for whoever may not sit here, or not any more; the browser does not come back by itself."""


class SiteMiddleware:
    """Host → site → place and URLconf. Unknown host: a neutral 404; a closed site: a notice (refusals.py)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = resolve(request.META.get("HTTP_HOST", ""))
        if site is None:
            return HttpResponse(render_to_string("ui/unknown_host.html"), status=404)
        request.__dict__["site"] = site  # the stubs believe this name is django.contrib.sites'
        request.urlconf = settings.SITE_URLCONFS[site.kind]
        with entered(site.place):
            if is_closed(request, site):
                return closed(request, site)
            if writes_where_it_may_not(request, site):
                return read_only(request, site)
            response = self.get_response(request)
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = _in_place(site.place, response.streaming_content)
            return response


def site_for(request: HttpRequest) -> Site:
    """The site a request came to."""
    found: Site = request.__dict__["site"]
    return found


def _in_place(place: Place, chunks: Any) -> Iterator[bytes]:
    """A streamed body is made after the middleware returned; each step of it enters the place again."""
    iterator = iter(chunks)
    while True:
        with entered(place):
            chunk = next(iterator, None)
        if chunk is None:
            return
        yield chunk


class SiteWebsocketMiddleware:
    """The same for websockets: the site is put on the scope, and a foreign or missing Origin is refused.

    The Origin must be the site's own page: its scheme, host and port, never the socket's port where that is
    another one, as in development. Closing before accept answers the handshake with 403. `doors` are paths
    that pages of other sites may open: each asks, in the workspace, whether an Origin is one of them.
    """

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        *,
        doors: Mapping[str, Callable[[str], bool]] | None = None,
    ) -> None:
        self.app, self.doors = app, doors or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", [])
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        site = await in_place(PLATFORM, resolve, hosts[0]) if len(hosts) == 1 else None
        if site is None or len(origins) != 1 or not await self._lets_in(origins[0], scope, site=site):
            await receive()
            await send({"type": "websocket.close", "code": NOT_HERE})
            return
        await self.app({**scope, "site": site}, receive, send)

    async def _lets_in(self, origin: str, scope: Scope, *, site: Site) -> bool:
        if not site.is_open:
            return False
        door = self.doors.get(scope["path"])
        if door is None or not site.is_workspace:
            return same_site(origin, site)
        return await in_place(site.place, door, origin)


def same_site(origin: str, site: Site) -> bool:
    """Whether a page of `origin` is this site's own page."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return False
    default = {"http": 80, "https": 443}[settings.SITE_SCHEME]
    return (
        parts.scheme == settings.SITE_SCHEME
        and parts.hostname == site.host
        and (port or default) == (settings.SITE_PORT or default)
        and not parts.path
        and not parts.username
    )
