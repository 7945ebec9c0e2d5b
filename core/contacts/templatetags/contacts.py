"""How facts about a contact are put for people; the facts themselves are in models.py."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

DOORS = {"form": "Web form", "chat": "Chat", "email": "E-mail", "api": "API", "manual": "Added by hand"}


@register.filter
def source_words(source: str) -> str:
    """A source as it is stored ("form:contact") in words ("Web form: contact")."""
    door, _, which = source.partition(":")
    known = DOORS.get(door, door)
    return f"{known}: {which}" if which else known


@register.filter
def breakable(address: str) -> SafeString:
    """An address that may go to the next line before its @ rather than anywhere."""
    name, at, host = address.rpartition("@")
    return format_html("{}<wbr>{}{}", name, at, host)
