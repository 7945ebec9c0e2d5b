"""The brand of a starter template: the tokens a workspace has of its own, without pictures and without names.

A name, a logo and legal links are one client's; colour, shape, font and lines fit the next one as well. The
row is kept like any other (domain/brands.py); what is left out is inherited.
"""

from typing import Any

from django.core.exceptions import ValidationError

from branding.domain.brands import save_brand
from branding.models import FONT_NAMES, Brand
from core.ui.theme import FONTS, MAX_CHROMA, MAX_RADIUS
from tenants.context import platform
from tenants.models import Workspace
from tenants.starters import StarterPart
from tenants.text import is_storable

LINES = {"tagline": 80, "subline": 160, "footer": 160}
"""The texts that are taken along and how long each may be."""
NUMBERS = {"hue": 360.0, "chroma": MAX_CHROMA, "radius": float(MAX_RADIUS)}
KEYS = {"font", *LINES, *NUMBERS}


def check(content: Any) -> None:
    """Raises ValidationError."""
    if not isinstance(content, dict) or not set(content) <= KEYS:
        raise ValidationError("A brand is a colour, a radius, a font and lines of text.")
    for key, most in NUMBERS.items():
        _check_number(content.get(key), key=key, most=most)
    if ("hue" in content) is not ("chroma" in content):
        raise ValidationError("A colour is a hue together with a chroma.")
    if content.get("font", "inter") not in FONTS:
        raise ValidationError(f"There is no font “{content['font']}”.")
    for key, limit in LINES.items():
        text = content.get(key, "")
        if not isinstance(text, str) or len(text) > limit or not is_storable(text):
            raise ValidationError(f"The {key} is a text of at most {limit} characters.")


def _check_number(value: Any, *, key: str, most: float) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValidationError(f"The {key} is a number from 0 to {most:g}.")
    if key == "radius" and value != int(value):
        raise ValidationError("The radius is a whole number of pixels.")


def apply(workspace: Workspace, content: Any) -> None:
    """Give the workspace a brand of its own, unless somebody did already."""
    check(content)
    with platform():
        if Brand.objects.filter(reseller=workspace.reseller_id, workspace=workspace.id).exists():
            return
        save_brand(Brand(reseller_id=workspace.reseller_id, workspace_id=workspace.id, **content))


def capture(workspace: Workspace) -> Any:
    """The tokens that the workspace chose itself."""
    with platform():
        brand = Brand.objects.filter(reseller=workspace.reseller_id, workspace=workspace.id).first()
    if brand is None:
        return {}
    found = {key: getattr(brand, key) for key in sorted(KEYS)}
    return {key: value for key, value in found.items() if value not in {None, ""}}


def describe(content: Any) -> str:
    parts = []
    if "hue" in content:
        parts.append("a colour of its own")
    if "radius" in content:
        parts.append(f"corners of {content['radius']} px")
    if "font" in content:
        parts.append(f"font {FONT_NAMES.get(content['font'], content['font'])}")
    parts += [f"{key} “{content[key]}”" for key in LINES if key in content]
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]


def hue(content: Any) -> float | None:
    """In degrees; None where the colour is inherited or the content is damaged."""
    found = content.get("hue") if isinstance(content, dict) else None
    return float(found) if isinstance(found, int | float) else None


BRAND = StarterPart(
    key="brand",
    label="Brand",
    check=check,
    apply=apply,
    capture=capture,
    describe=describe,
    hue=hue,
    order=30,
)
