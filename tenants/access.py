"""The mark that says for whom a view is, without which it is never run.

The guards set it: core/accounts/access.py for workspaces, console/access.py next door for the consoles.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseBase

from tenants.redirects import to_sign_in

View = Callable[..., HttpResponseBase]

PUBLIC = "public"
_MARK = "marque_access"
_LARGE = "marque_large"


def mark(view: View, rule: str) -> View:
    """Say for whom a view is; its guard does this, by name."""
    setattr(view, _MARK, rule)
    return view


def guarded(view: View, *, allows: Callable[[HttpRequest], bool], rule: str) -> View:
    """For signed-in people whom `allows` lets in: strangers are sent to sign in, others get a 403."""

    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not allows(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return mark(guard, rule)


def rule_of(view: Any) -> str | None:
    """For whom a view is, or None for one that nobody guarded: it is refused."""
    rule: str | None = getattr(view, _MARK, None)
    return rule


def public(view: View) -> View:
    """A view for strangers too. It must not show anything that belongs to a signed-in person."""
    return mark(view, PUBLIC)


@dataclass(frozen=True, slots=True)
class Large:
    """Bodies above the common limit, which a view takes: up to `limit()` bytes, and from whom `allows` names.

    It is asked before anything of the body is read, and the files in it go through `handler`.
    """

    limit: Callable[[], int]
    allows: Callable[[HttpRequest], bool]
    handler: type[FileUploadHandler]


def takes_large(large: Large) -> Callable[[View], View]:
    """Let a view take more than core/ui/bodies.py lets in; anybody else is refused as everywhere."""

    def decorate(view: View) -> View:
        setattr(view, _LARGE, large)
        return view

    return decorate


def large_of(view: Any) -> Large | None:
    """What a view takes above the common limit."""
    found: Large | None = getattr(view, _LARGE, None)
    return found
