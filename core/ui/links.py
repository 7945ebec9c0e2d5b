"""Addresses in what people wrote become links, all else stays text; the filter is `linked` in ui.py."""

from django.utils.html import Urlizer, escape
from django.utils.safestring import SafeString, mark_safe

MAX_TEXT = 20_000
"""Characters; in longer texts nobody looks for links, and finding them would take its time."""


class _Links(Urlizer):
    url_template = '<a href="{href}" target="_blank" rel="noopener noreferrer nofollow">{url}</a>'


_links = _Links()


def linked(text: str) -> SafeString:
    """The text escaped, with its web and mail addresses as links that open elsewhere and tell no referrer."""
    if len(text) > MAX_TEXT:
        return escape(text)
    return mark_safe(_links(text, autoescape=True))  # noqa: S308 - Django's Urlizer has escaped all of it
