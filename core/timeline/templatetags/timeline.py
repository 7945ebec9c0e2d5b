"""The words of a line of the log, for templates, and the way to what it names."""

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.timeline import words
from core.timeline.models import AuditEntry

register = template.Library()
register.filter("said", words.said)


LEADS_TO = {"conversation_id": "inbox:thread", "contact_id": "contacts:detail", "form_id": "forms:edit"}
"""The page of a thing, by the name that addresses have for its id."""


@register.filter
def said_with_link(entry: AuditEntry) -> SafeString:
    """The words, with the name of what a support person saw or changed as a link to it."""
    text = conditional_escape(words.said(entry))
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    name, ids = detail.get("name"), detail.get("ids")
    if not name or not isinstance(ids, dict) or not (url := _page_of(ids)):
        return text
    link = format_html('<a class="link" href="{}">{}</a>', url, name)
    return mark_safe(text.replace(conditional_escape(name), link, 1))  # noqa: S308 - both halves are escaped


def _page_of(ids: dict[str, str]) -> str:
    for argument, view in LEADS_TO.items():
        if argument in ids:
            try:
                return reverse(view, args=[ids[argument]])
            except NoReverseMatch:
                return ""
    return ""


@register.filter
def mailbox(behind: str) -> str:
    """The address alone of "name <address>, house": the name and the house stand before it already."""
    _, _, rest = behind.partition("<")
    return rest.partition(">")[0] or behind
