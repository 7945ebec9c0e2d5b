"""An unsaved brand, put together from what stands in the editor's fields right now.

Values that do not fit are left out rather than complained about: the person is still typing.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from branding.assets import Asset, stylesheet
from branding.rules import accent, hue_and_chroma
from core.brand import BrandTokens
from core.ui.theme import FONTS, MAX_RADIUS
from tenants.text import storable

WORDS = {"name": 60, "tagline": 80, "subline": 160, "footer": 160}


def draft_of(typed: QueryDict, *, base: BrandTokens, css_path: str) -> BrandTokens:
    """`base` with what was typed; its stylesheet is drawn at `css_path` from the same few values."""
    hue, chroma, radius, font = shape_of(typed, base=base)
    query = urlencode(
        {key: typed[key] for key in ("own_colour", "colour", "radius", "font") if typed.get(key)}
    )
    shaped = replace(
        base,
        hue=hue,
        chroma=chroma,
        radius=radius,
        font=font,
        accent=accent(hue, chroma),
        css_url=f"{css_path}?{query}",
    )
    words = {field: storable(_text(typed, field))[:length] for field, length in WORDS.items()}
    chosen: dict[str, Any] = {field: text for field, text in words.items() if text}
    return replace(shaped, **chosen)


def _text(typed: QueryDict, field: str) -> str:
    """The last value of a field, as Django's forms take it."""
    return str(typed.get(field, ""))


def sheet_of(typed: QueryDict, *, base: BrandTokens) -> Asset:
    """The draft's stylesheet."""
    return stylesheet(*shape_of(typed, base=base))


def shape_of(typed: QueryDict, *, base: BrandTokens) -> tuple[float, float, int, str]:
    """Hue, chroma, radius and font of the draft, each the base's where what was typed does not fit."""
    hue, chroma, radius, font = base.hue, base.chroma, base.radius, base.font
    if typed.get("own_colour"):
        with suppress(ValueError):
            hue, chroma = hue_and_chroma(_text(typed, "colour"))
    number = _text(typed, "radius")
    if number.isascii() and number.isdigit() and len(number) <= 2 and int(number) <= MAX_RADIUS:
        radius = int(number)
    if _text(typed, "font") in FONTS:
        font = _text(typed, "font")
    return hue, chroma, radius, font
