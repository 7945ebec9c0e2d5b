"""The headers every page carries: a strict content security policy, and no caching of anybody's page.

A view that needs another policy (mail bodies, embedded forms) sets its own header, which is left alone.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from core.ui.context import ws_url

GetResponse = Callable[[HttpRequest], HttpResponseBase]

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**changes: str) -> str:
    """The header's text; `frame_ancestors="*"` replaces a directive."""
    directives = POLICY | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in directives.items())


class PolicyMiddleware:
    """Outermost of ours, so that the pages for unknown hosts and suspended sites carry the headers too."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header("Content-Security-Policy"):
            site = getattr(request, "site", None)
            own = f"'self' {ws_url(site.host)}" if site else "'self'"
            ancestors = "*" if getattr(response, "xframe_options_exempt", False) else "'none'"
            response["Content-Security-Policy"] = policy(connect_src=own, frame_ancestors=ancestors)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        response["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response
