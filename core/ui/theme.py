"""Turns a brand's few numbers (hue, chroma, radius, font) into its stylesheet for light and dark.
Whoever stores and serves brands lives in branding/; the colour arithmetic is next door in color.py.
"""

from dataclasses import dataclass, field

from core.ui.color import Oklch, fit_gamut, readable

MAX_CHROMA = 0.25
MAX_RADIUS = 24

FONTS: dict[str, str] = {
    "inter": '"Inter Variable", ui-sans-serif, system-ui, sans-serif',
    "figtree": '"Figtree Variable", ui-sans-serif, system-ui, sans-serif',
    "source-sans": '"Source Sans 3 Variable", ui-sans-serif, system-ui, sans-serif',
    "system": "ui-sans-serif, system-ui, sans-serif",
}

NEUTRAL_HUE, NEUTRAL_CHROMA, NEUTRAL_RADIUS, NEUTRAL_FONT = 255.0, 0.04, 8, "inter"

_SEMANTIC = {"success": (155.0, 0.13), "warning": (68.0, 0.13), "error": (25.0, 0.19), "info": (240.0, 0.12)}


@dataclass(frozen=True, slots=True)
class Scheme:
    """What separates dark from light: where colours start, and which way they move to become readable."""

    name: str
    step: float
    grounds: dict[str, tuple[float, float]]
    content: tuple[float, float]
    primary: tuple[float, float]  # lightness, share of the brand's chroma
    primary_content: tuple[float, float]
    soft: tuple[float, float]
    muted: float
    semantic: float
    semantic_soft: tuple[float, float]
    avatar: dict[str, tuple[float, float]] = field(default_factory=dict)
    shade: float = 0.06


LIGHT = Scheme(
    name="light",
    step=-0.004,
    grounds={
        "color-base-100": (1.0, 0.0),
        "color-base-200": (0.977, 0.003),
        "color-base-300": (0.925, 0.005),
        "bubble": (0.962, 0.005),
        "sunk": (0.965, 0.004),
        "edge": (0.87, 0.008),
    },
    content=(0.27, 0.015),
    primary=(0.52, 1.0),
    primary_content=(0.99, 0.0),
    soft=(0.955, 0.16),
    muted=0.53,
    semantic=0.52,
    semantic_soft=(0.965, 0.035),
    avatar={"avatar-fill": (0.9, 0.055), "avatar-ink": (0.38, 0.09)},
)

DARK = Scheme(
    name="dark",
    step=0.004,
    grounds={
        "color-base-100": (0.225, 0.012),
        "color-base-200": (0.19, 0.012),
        "color-base-300": (0.305, 0.014),
        "bubble": (0.275, 0.013),
        "sunk": (0.205, 0.012),
        "edge": (0.38, 0.016),
    },
    content=(0.92, 0.006),
    primary=(0.68, 0.85),
    primary_content=(0.17, 0.02),
    soft=(0.3, 0.35),
    muted=0.68,
    semantic=0.76,
    semantic_soft=(0.3, 0.045),
    avatar={"avatar-fill": (0.38, 0.06), "avatar-ink": (0.93, 0.04)},
    shade=0.4,
)


def theme_css(hue: float, chroma: float, radius: int, font_key: str) -> str:
    """The brand stylesheet: custom properties only, for light, for dark and for the system's choice.

    `hue` in degrees, `chroma` 0–0.25, `radius` in CSS pixels 0–24, `font_key` one of FONTS. Text and fills
    reach WCAG AA (4.5:1) against what they stand on: lightness is corrected where the brand's own would not.
    Raises ValueError for numbers outside these ranges and KeyError for an unknown font.
    """
    if not (0 <= chroma <= MAX_CHROMA and 0 <= radius <= MAX_RADIUS):
        raise ValueError(f"chroma must be 0–{MAX_CHROMA} and radius 0–{MAX_RADIUS}")
    light, dark = (_block(scheme, hue=hue, chroma=chroma) for scheme in (LIGHT, DARK))
    return (
        f":root{{{_shape(radius=radius, font_key=font_key)}{_picture(hue=hue, chroma=chroma)}}}\n"
        f":root,[data-theme=light]{{{light}}}\n"
        f"@media(prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"[data-theme=dark]{{{dark}}}\n"
    )


def palette(scheme: Scheme, *, hue: float, chroma: float) -> dict[str, Oklch]:
    """Every colour of one scheme by its property name, in the order in which they are derived."""

    def at(lightness: float, c: float) -> Oklch:
        return fit_gamut(Oklch(lightness, c, hue))

    # The brand's hue tints the greys; a brand without colour has greys without one.
    tint = min(1.0, chroma / 0.08)
    colours = {name: at(lightness, c * tint) for name, (lightness, c) in scheme.grounds.items()}
    soft_lightness, soft_share = scheme.soft
    colours["soft"] = at(soft_lightness, chroma * soft_share)
    under_text = [colours[name] for name in ("color-base-100", "color-base-200", "bubble", "sunk", "soft")]
    colours["color-base-content"] = at(scheme.content[0], scheme.content[1] * tint)
    colours["muted"] = readable(Oklch(scheme.muted, 0.012 * tint, hue), on=under_text, step=scheme.step)
    colours["color-primary-content"] = at(*scheme.primary_content)
    lightness, share = scheme.primary
    colours["color-primary"] = readable(
        Oklch(lightness, chroma * share, hue),
        on=[*under_text, colours["color-primary-content"]],
        step=scheme.step,
    )
    return colours | _aliases(colours) | _semantic(scheme, colours)


def _aliases(colours: dict[str, Oklch]) -> dict[str, Oklch]:
    """daisyUI's remaining slots: one accent is enough for a brand, so the other two follow the greys."""
    return {
        "color-secondary": colours["muted"],
        "color-secondary-content": colours["color-base-100"],
        "color-accent": colours["color-primary"],
        "color-accent-content": colours["color-primary-content"],
        "color-neutral": colours["color-base-content"],
        "color-neutral-content": colours["color-base-100"],
    }


def _semantic(scheme: Scheme, colours: dict[str, Oklch]) -> dict[str, Oklch]:
    found: dict[str, Oklch] = {}
    for name, (hue, chroma) in _SEMANTIC.items():
        soft = fit_gamut(Oklch(scheme.semantic_soft[0], scheme.semantic_soft[1], hue))
        grounds = [colours[ground] for ground in ("color-base-100", "color-base-200", "soft")]
        ink = readable(Oklch(scheme.semantic, chroma, hue), on=[*grounds, soft], step=scheme.step)
        found[f"{name}-soft"] = soft
        found[f"color-{name}"] = ink
        found[f"color-{name}-content"] = colours["color-base-100"]
    return found


def _block(scheme: Scheme, *, hue: float, chroma: float) -> str:
    colours = "".join(f"--{k}:{v.css()};" for k, v in palette(scheme, hue=hue, chroma=chroma).items())
    avatars = "".join(f"--{name}:{lightness} {c};" for name, (lightness, c) in scheme.avatar.items())
    return f"color-scheme:{scheme.name};{colours}{avatars}--shade:oklch(0 0 0/{scheme.shade});"


def _shape(*, radius: int, font_key: str) -> str:
    return (
        f"--radius-field:{radius}px;--radius-selector:{radius}px;--radius-box:{radius + 4}px;"
        f"--radius-bubble:{radius + 6}px;--font-brand:{FONTS[font_key]};"
    )


def _picture(*, hue: float, chroma: float) -> str:
    """The three colours of the sign-in picture; white words on the two dark ones are readable in any hue."""
    white = [Oklch(1, 0, 0)]
    near = readable(Oklch(0.42, chroma, hue), on=white, step=-0.004, ratio=7)
    far = readable(Oklch(0.27, chroma * 0.7, hue - 12), on=white, step=-0.004, ratio=7)
    glow = fit_gamut(Oklch(0.68, chroma, hue + 45))
    return f"--picture-near:{near.css()};--picture-far:{far.css()};--picture-glow:{glow.css()};"
