"""What a visitor's browser is told: of a message, of the brand, of the hour. Nothing else of ours reaches it.

Whoever from support answers does so in the house's name; addresses, assignees, notes and numbers stay inside.
"""

import re
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from core.accounts.models import User
from core.brand import BrandTokens, tokens_for_customers
from core.files.links import Shown
from core.sending import identity
from core.text import initials
from core.ui.context import ws_url
from core.ui.theme import DARK, FONTS, LIGHT, Scheme, palette
from inbox.attachments.queries import ShownFile
from inbox.conversations.enums import Direction
from inbox.conversations.models import Message
from inbox.transports.chat import links
from inbox.transports.chat.allowance import file_limits
from inbox.transports.chat.models import ChatWidget, Visitor
from tenants import sites
from tenants.sites import Site

COLOURS = {
    "accent": "color-primary",
    "on-accent": "color-primary-content",
    "ground": "color-base-100",
    "raised": "color-base-200",
    "line": "color-base-300",
    "ink": "color-base-content",
    "muted": "muted",
    "bubble": "bubble",
    "edge": "edge",
    "error": "color-error",
}
"""The widget's names of colours, and those of the brand's palette."""


def for_visitor(message: Message, *, house: str, visitor: Visitor) -> dict[str, Any]:
    """One message as its visitor may know it; `house` is in whose name support answers.

    The addresses of its files open until `until`, in milliseconds of Unix time.
    """
    own = message.direction == Direction.IN
    name = "" if own else speaker(message.author, house=house)
    return {
        "id": str(message.id),
        "at": message.created_at.isoformat(timespec="microseconds"),
        "own": own,
        "name": name,
        "initials": initials(name) if name else "",
        "text": message.body_text,
        "key": str(message.client_key) if own and message.client_key else "",
        "files": [file_for_visitor(file, visitor=visitor) for file in message.files],
        "until": links.end() * 1000 if message.files else 0,
    }


def file_for_visitor(file: ShownFile, *, visitor: Visitor) -> dict[str, Any]:
    """A file by addresses of this visitor's own, to be read from the host of the widget; `small` is "" for
    what is no picture, and its measures are CSS pixels."""
    small = links.path_of(file.id, shown=Shown.SMALL, visitor_id=visitor.id) if file.thumbnail_url else ""
    return {
        "id": str(file.id),
        "name": file.name,
        "size": file.size,
        "url": links.path_of(file.id, shown=Shown.WHOLE, visitor_id=visitor.id),
        "small": small,
        "width": file.width,
        "height": file.height,
    }


def speaker(author: User | None, *, house: str) -> str:
    """Who writes: somebody of the team by name; support, and whoever is gone or nameless, as the house."""
    if author is None or author.is_support or not author.name.strip():
        return house
    return str(author.name)


def house_name() -> str:
    """In whose name the workspace speaks to its customers."""
    return identity.sender().name


def for_widget(widget: ChatWidget, *, site: Site) -> dict[str, Any]:
    """Words, looks and addresses; all the widget needs before somebody writes."""
    brand = tokens_for_customers(site)
    return {
        "name": brand.name,
        "title": widget.title,
        "greeting": widget.greeting,
        "away": widget.away,
        "online": widget.is_online(now=timezone.now()),
        "socket": f"{ws_url(site.host)}visitor/",
        "files": asdict(file_limits()) if widget.takes_files else None,
        **looks(brand, site=site),
    }


def looks(brand: BrandTokens, *, site: Site) -> dict[str, Any]:
    """The brand as a few colours and numbers: never CSS that somebody wrote."""
    return {
        "initials": initials(brand.name),
        "logo": f"{sites.origin(site.host)}{brand.logo_url}" if brand.logo_url else "",
        "radius": brand.radius,
        "font": re.sub(r'"[^"]+ Variable", ', "", FONTS[brand.font]),
        "light": _colours(LIGHT, brand),
        "dark": _colours(DARK, brand),
    }


def _colours(scheme: Scheme, brand: BrandTokens) -> dict[str, str]:
    found = palette(scheme, hue=brand.hue, chroma=brand.chroma)
    return {name: found[token].css() for name, token in COLOURS.items()}
