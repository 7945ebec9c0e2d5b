"""The files a brand is served as: its stylesheet and, where there is no logo to make one of, its icon.

Each is a pure function of a few values, and its address carries the hash of its content: it never changes.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from branding.rules import accent
from core.ui.theme import theme_css


@dataclass(frozen=True, slots=True)
class Asset:
    """A body and the hash of it that stands in its address."""

    body: str
    digest: str


def _asset(body: str) -> Asset:
    return Asset(body=body, digest=hashlib.sha256(body.encode()).hexdigest()[:16])


@lru_cache(maxsize=2048)
def stylesheet(hue: float, chroma: float, radius: int, font: str) -> Asset:
    """The brand's stylesheet, light and dark, with contrast corrected."""
    return _asset(theme_css(hue, chroma, radius, font))


@lru_cache(maxsize=2048)
def monogram(name: str, hue: float, chroma: float, radius: int) -> Asset:
    """An SVG icon: the first letter or digit of the name on the brand's colour."""
    letter = next((sign for sign in name.upper() if sign.isalnum()), "")
    return _asset(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="{min(radius * 2, 32)}" fill="{accent(hue, chroma)}"/>'
        '<text x="32" y="45" font-family="system-ui,sans-serif" font-size="36" font-weight="700"'
        f' text-anchor="middle" fill="#fff">{letter}</text></svg>'
    )
