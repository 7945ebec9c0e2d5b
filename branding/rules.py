"""From the colour a person picks to the numbers a brand stores, and back for places without stylesheets.

The arithmetic of OKLCH itself and of contrast is core/ui/color.py; how pages are themed is core/ui/theme.py.
"""

import math
import re

from core.ui.color import Oklch, linear_rgb, readable
from core.ui.theme import MAX_CHROMA

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def hue_and_chroma(hex_colour: str) -> tuple[float, float]:
    """Hue in degrees and chroma (0 to MAX_CHROMA) of `#rrggbb`; its lightness is for each theme to choose.

    Raises ValueError for anything but six hex digits. Linear sRGB to OKLab as in core/ui/color.py.
    """
    if not HEX.match(hex_colour):
        raise ValueError("a colour is written #rrggbb")
    red, green, blue = (_linear(int(hex_colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    chroma = math.hypot(a, b)
    if chroma < 0.002:
        return 0.0, 0.0
    return round(math.degrees(math.atan2(b, a)) % 360, 2) % 360, round(min(chroma, MAX_CHROMA), 4)


def accent(hue: float, chroma: float) -> str:
    """The brand's colour as `#rrggbb`, dark enough for white words on it (WCAG 2.2 §1.4.3)."""
    return _hex(readable(Oklch(0.56, chroma, hue), on=[Oklch(1, 0, 0)], step=-0.004, ratio=4.6))


def _hex(colour: Oklch) -> str:
    channels = (_encoded(min(max(part, 0.0), 1.0)) for part in linear_rgb(colour))
    return "#" + "".join(f"{round(255 * part):02x}" for part in channels)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _encoded(part: float) -> float:
    return part * 12.92 if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)
