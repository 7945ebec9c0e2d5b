"""Template tags for the small pieces of every page: icon, avatar, time, badge, field, empty state.
Their looks stand in frontend/css/; frames that use them in templates/ui/.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, HiddenInput, RadioSelect, Select, Textarea
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.ui.links import linked

register = template.Library()
register.filter("linked", linked)

ICONS = Path(__file__).resolve().parent.parent / "icons.json"
HUES = 12
_CONTROLS = {Select: "select", Textarea: "textarea", CheckboxInput: "checkbox checkbox-primary checkbox-sm"}


@cache
def icons() -> dict[str, str]:
    """The inner markup of each icon by name, from the file that `npm run icons` writes."""
    found: dict[str, str] = json.loads(ICONS.read_text())
    found.pop("")
    return found


@register.simple_tag
def icon(name: str, css: str = "", *, label: str = "") -> SafeString:
    """An inline icon, 16 px unless `css` says otherwise; decorative unless it has a `label`."""
    try:
        inner = icons()[name]
    except KeyError:
        raise template.TemplateSyntaxError(
            f"no icon {name!r}: add it to icons.txt and run npm run icons"
        ) from None
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" width="16" height="16" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        css,
        spoken,
        mark_safe(inner),  # noqa: S308 - from our own file
    )


@register.simple_tag
def avatar(who: Any, size: str = "md") -> SafeString:
    """A round avatar of anything with `initials` and `hue` (degrees); sizes xs, sm, md, lg."""
    hue = int(getattr(who, "hue", 0) or 0) % 360 * HUES // 360
    return format_html(
        '<span class="avatar-dot avatar-{} hue-{}" aria-hidden="true">{}</span>',
        size,
        hue,
        getattr(who, "initials", "") or "?",
    )


@register.simple_tag
def when(moment: datetime | None, style: str = "short") -> SafeString:
    """A <time> that the browser keeps fresh and shows in the reader's zone.

    `style`: short ("4 m", "Tue", "12 Mar"), clock ("13:44"), full, elapsed ("2 d").
    """
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" data-when="{}" title="{}">{}</time>',
        moment.isoformat(),
        style,
        f"{local:%d %b %Y, %H:%M %Z}",
        written(local, style=style, now=timezone.localtime()),
    )


def written(moment: datetime, *, style: str, now: datetime) -> str:
    """The words of `when` as the server writes them; the browser says the same in the reader's zone."""
    if style == "clock":
        return f"{moment:%H:%M}"
    if style == "full":
        return f"{moment.day} {moment:%b %Y, %H:%M}"
    return _elapsed(moment, now=now) if style == "elapsed" else _short(moment, now=now)


def _elapsed(moment: datetime, *, now: datetime) -> str:
    """How long ago in one unit, for waiting: "4 m", "30 h", "3 d", and "" within the first minute."""
    minutes = int((now - moment).total_seconds() // 60)
    hours = minutes // 60
    if minutes < 1:
        return ""
    if not hours:
        return f"{minutes} m"
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def _short(moment: datetime, *, now: datetime) -> str:
    seconds = (now - moment).total_seconds()
    days = (now.date() - moment.date()).days
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} m"
    if days == 0 or seconds < 6 * 3600:
        return f"{int(seconds // 3600)} h"
    if days < 7:
        return f"{moment:%a}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment.day} {moment:%b %Y}"


@register.simple_tag
def badge(text: str, level: str = "quiet", icon_name: str = "") -> SafeString:
    """A small word with a tint: quiet, primary, success, warning, error or info, never by colour alone."""
    drawn = icon(icon_name, "size-3") if icon_name else ""
    return format_html('<span class="chip chip-{}">{}{}</span>', level, drawn, text)


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField,
    label: str = "",
    *,
    help: str | None = None,
    optional: bool | str = False,
    css: str = "",
) -> dict[str, Any]:
    """Label, control, help and errors of a form field, tied together.

    `help=""` says nothing, without it the field's own words stand there.
    """
    words = bound.help_text if help is None else help
    return {
        "field": bound,
        "control": _control(bound, has_help=bool(words), css=css),
        "is_secret": getattr(bound.field.widget, "input_type", "") == "password",
        "label": label or bound.label,
        "help": words,
        "optional": optional,
        "is_check": isinstance(bound.field.widget, CheckboxInput),
        "is_group": isinstance(bound.field.widget, RadioSelect),
        "described": _described(bound, has_help=bool(words)),
        "is_hidden": isinstance(bound.field.widget, HiddenInput),
    }


def _control(bound: BoundField, *, has_help: bool, css: str = "") -> SafeString:
    kinds = (css for kind, css in _CONTROLS.items() if isinstance(bound.field.widget, kind))
    given = bound.field.widget.attrs.get("class", "")
    attrs: dict[str, str | bool] = {"class": f"{next(kinds, 'input')} {given} {css}".strip()}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if spoken := _described(bound, has_help=has_help):
        attrs["aria-describedby"] = spoken
    return bound.as_widget(attrs=attrs)


def _described(bound: BoundField, *, has_help: bool) -> str:
    """The ids of what is said about a field beside its label."""
    parts = {"help": has_help, "error": bool(bound.errors)}
    return " ".join(f"{bound.auto_id}_{part}" for part, is_there in parts.items() if is_there)


@register.simple_tag(takes_context=True)
def into_sheet(
    context: template.Context, view: str = "", *ids: Any, url: str = "", verb: str = "post"
) -> SafeString:
    """What makes the answer of a sheet's form or link appear in the sheet; nothing on a page of its own.

    There the sheet is closed, and what is swapped into it is read by nobody: the browser follows `action` or
    `href` as it always does. The address is a `view` with its `ids`, or a `url` that is known already.
    """
    if not context["request"].META.get("HTTP_HX_REQUEST"):
        return SafeString("")
    return format_html(' hx-{}="{}" hx-target="#sheet-body"', verb, url or reverse(view, args=ids))


@register.inclusion_tag("ui/empty_state.html")
def empty_state(
    icon_name: str, title: str, text: str = "", *, url: str = "", action: str = "", sheet: bool = False
) -> dict[str, Any]:
    """What an empty place says: one sentence, one picture, at most one action (in a sheet when `sheet`)."""
    return {
        "icon_name": icon_name,
        "title": title,
        "text": text,
        "url": url,
        "action": action,
        "sheet": sheet,
    }
