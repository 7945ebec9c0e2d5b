"""The mark that says for whom a view is, without which it is never run.

The guards set it: core/accounts/access.py for workspaces, console/access.py next door for the consoles.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url

View = Callable[..., HttpResponseBase]

_MARK = "marque_access"


def mark(view: View, rule: str) -> View:
    """Say for whom a view is; its guard does this, by name."""
    setattr(view, _MARK, rule)
    return view


def rule_of(view: Any) -> str | None:
    """For whom a view is, or None for one that nobody guarded: it is refused."""
    rule: str | None = getattr(view, _MARK, None)
    return rule


def public(view: View) -> View:
    """A view for strangers too. It must not show anything that belongs to a signed-in person."""
    return mark(view, "public")


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Off to the sign-in page, and back here afterwards where that makes sense."""
    where = (
        request.get_full_path() if request.method == "GET" and "HX-Request" not in request.headers else "/"
    )
    url = f"{resolve_url(settings.LOGIN_URL)}?next={quote(where, safe='/')}"
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return redirect(url)
