"""The registry of panels beside a conversation, filled by each app in AppConfig.ready(), and their drawing.

A panel is a title, a template and a function that reads what it shows; where they stand is the inbox's.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from core.accounts.access import may, user_for
from core.accounts.models import User
from core.contacts.models import Contact

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """Who is looked at, and by whom. `conversation` is the inbox's row, which only its own panels know."""

    user: User
    contact: Contact
    conversation: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel; `may` is the action it takes to see it, None for everybody who sees the conversation.

    `context` reads what the template shows, in as many queries however much there is; None leaves it out.
    """

    key: str
    title: str
    order: int
    template: str
    context: Callable[[Beside], dict[str, Any] | None]
    may: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel as it is shown; `html` is None when it could not be drawn."""

    key: str
    title: str
    html: str | None


_panels: dict[str, Panel] = {}


def register_panel(panel: Panel) -> None:
    """Add a panel; a second one of the same key is a mistake and raises ValueError."""
    if panel.key in _panels and _panels[panel.key] != panel:
        raise ValueError(f"there already is a panel called {panel.key!r}")
    _panels[panel.key] = panel


def drawn_panels(request: HttpRequest, *, contact: Contact, conversation: Any) -> list[Drawn]:
    """The panels that this person may see and that have something to show, in order."""
    beside = Beside(user_for(request), contact, conversation)
    allowed = [panel for panel in _panels.values() if panel.may is None or may(beside.user, panel.may)]
    ordered = sorted(allowed, key=lambda panel: (panel.order, panel.key))
    found = (_drawn(panel, request, beside) for panel in ordered)
    return [panel for panel in found if panel is not None]


def _drawn(panel: Panel, request: HttpRequest, beside: Beside) -> Drawn | None:
    try:
        context = panel.context(beside)
        if context is None:
            return None
        facts = {"contact": beside.contact, "conversation": beside.conversation, **context}
        return Drawn(panel.key, panel.title, render_to_string(panel.template, facts, request))
    except Exception:  # whatever an app's panel does wrong, it must not take the conversation away
        log.exception("the panel %s could not be drawn", panel.key)
        return Drawn(panel.key, panel.title, None)
