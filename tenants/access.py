"""The mark that says for whom a view is, without which it is never run.

The guards set it: core/accounts/access.py for workspaces, console/access.py next door for the consoles.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase

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
