"""OKLCH arithmetic: conversion to sRGB, gamut fitting and WCAG contrast, on plain floats.
What a brand makes of these colours stands next door in theme.py.
"""

import math
from dataclasses import dataclass, replace

# Björn Ottosson, "A perceptual color space for image processing": OKLab to linear sRGB.
_LMS = ((0.3963377774, 0.2158037573), (-0.1055613458, -0.0638541728), (-0.0894841775, -1.2914855480))
_RGB = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


@dataclass(frozen=True, slots=True)
class Oklch:
    """Lightness 0–1, chroma 0–0.4, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def css(self) -> str:
        return f"oklch({self.lightness:.4f} {self.chroma:.4f} {self.hue:.2f})"


def linear_rgb(colour: Oklch) -> tuple[float, float, float]:
    """Linear-light sRGB channels; outside 0–1 when the colour is outside the gamut."""
    angle = math.radians(colour.hue)
    a, b = colour.chroma * math.cos(angle), colour.chroma * math.sin(angle)
    long, middle, short = ((colour.lightness + ka * a + kb * b) ** 3 for ka, kb in _LMS)
    red, green, blue = (r * long + g * middle + k * short for r, g, k in _RGB)
    return red, green, blue


def in_gamut(colour: Oklch) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in linear_rgb(colour))


def fit_gamut(colour: Oklch) -> Oklch:
    """The same lightness and hue with the most chroma sRGB can show, rounded as css() prints it.

    Browsers clip each channel, which shifts lightness; fitting first keeps computed contrast true.
    """
    low, high = 0.0, colour.chroma
    if not in_gamut(colour):
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if in_gamut(replace(colour, chroma=middle)) else (low, middle)
        high = low
    return Oklch(round(colour.lightness, 4), math.floor(high * 10_000) / 10_000, round(colour.hue % 360, 2))


def luminance(colour: Oklch) -> float:
    """Relative luminance, WCAG 2.2 §1.4.3."""
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in linear_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Oklch, other: Oklch) -> float:
    """Contrast ratio 1–21, WCAG 2.2 §1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: Oklch, *, on: list[Oklch], step: float, ratio: float = 4.5) -> Oklch:
    """`colour` moved in lightness by `step` until it reaches `ratio` against every colour of `on`."""
    fitted = fit_gamut(colour)
    while any(contrast(fitted, ground) < ratio for ground in on):
        moved = fitted.lightness + step
        if not 0.0 <= moved <= 1.0:
            raise ValueError("no lightness of this hue is readable on all the given grounds")
        fitted = fit_gamut(Oklch(moved, colour.chroma, colour.hue))
    return fitted
