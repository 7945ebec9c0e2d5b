"""Every brand is readable: the whole circle of hues, weak and strong, in light and dark."""

import re
from pathlib import Path

import pytest

from core.ui import theme
from core.ui.color import Oklch, contrast, in_gamut
from core.ui.theme import DARK, FONTS, LIGHT, MAX_CHROMA, Scheme, palette, theme_css

HUES = range(0, 360, 5)
CHROMAS = (0.0, 0.04, 0.1, 0.19, MAX_CHROMA)
NEUTRAL_CSS = Path(theme.__file__).parent / "frontend" / "css" / "neutral.css"

# (text, ground): what templates put on what.
PAIRS = [
    ("color-base-content", "color-base-100"),
    ("color-base-content", "color-base-200"),
    ("color-base-content", "bubble"),
    ("color-base-content", "soft"),
    ("muted", "color-base-100"),
    ("muted", "color-base-200"),
    ("muted", "sunk"),
    ("muted", "bubble"),
    ("muted", "soft"),
    ("color-primary", "color-base-100"),
    ("color-primary", "color-base-200"),
    ("color-primary", "soft"),
    ("color-primary-content", "color-primary"),
    ("color-neutral-content", "color-neutral"),
    *((f"color-{name}", f"{name}-soft") for name in ("success", "warning", "error", "info")),
    *((f"color-{name}", "color-base-100") for name in ("success", "warning", "error", "info")),
    *((f"color-{name}", "color-base-200") for name in ("success", "warning", "error", "info")),
    *((f"color-{name}", "soft") for name in ("success", "warning", "error", "info")),
    *((f"color-{name}-content", f"color-{name}") for name in ("success", "warning", "error", "info")),
]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("chroma", CHROMAS)
def test_text_reaches_aa_on_everything_it_stands_on(scheme: Scheme, chroma: float) -> None:
    unreadable = [
        (hue, text, ground)
        for hue in HUES
        for colours in [palette(scheme, hue=hue, chroma=chroma)]
        for text, ground in PAIRS
        if contrast(colours[text], colours[ground]) < 4.5
    ]
    assert unreadable == []


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_colour_is_left_to_the_browser_to_clip(scheme: Scheme) -> None:
    outside = [
        (hue, name)
        for hue in HUES
        for name, colour in palette(scheme, hue=hue, chroma=MAX_CHROMA).items()
        if not in_gamut(colour)
    ]
    assert outside == []


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_letters_on_avatars_are_readable_in_all_twelve_hues(scheme: Scheme) -> None:
    fill, ink = scheme.avatar["avatar-fill"], scheme.avatar["avatar-ink"]
    assert [h for h in range(0, 360, 30) if contrast(Oklch(*fill, h), Oklch(*ink, h)) < 4.5] == []


def test_the_stylesheet_holds_custom_properties_and_nothing_else() -> None:
    css = theme_css(272, 0.19, 8, "inter")
    inside = "".join(re.findall(r"\{([^{}]*)\}", css))
    names = [declaration.partition(":")[0] for declaration in inside.split(";") if declaration]
    assert {name for name in names if not name.startswith("--")} == {"color-scheme"}
    assert "url(" not in css
    assert "@import" not in css


def test_the_system_decides_until_somebody_chooses() -> None:
    css = theme_css(188, 0.095, 14, "system")
    selectors = [
        found.removeprefix("@media(prefers-color-scheme:dark){")
        for found in re.findall(r"^[^{]+(?:\{:root[^{]+)?", css, re.M)
    ]
    assert selectors == [
        ":root",
        ":root,[data-theme=light]",
        ":root:not([data-theme=light])",
        "[data-theme=dark]",
    ]


@pytest.mark.parametrize(("chroma", "radius"), [(-0.01, 8), (MAX_CHROMA + 0.01, 8), (0.1, -1), (0.1, 25)])
def test_numbers_out_of_range_are_refused(chroma: float, radius: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        theme_css(100, chroma, radius, "inter")


def test_an_unknown_font_is_refused() -> None:
    with pytest.raises(KeyError):
        theme_css(100, 0.1, 8, "comic; } body { display: none")
    assert sorted(FONTS) == ["figtree", "inter", "source-sans", "system"]


def test_the_neutral_file_is_the_neutral_brand() -> None:
    made = theme_css(theme.NEUTRAL_HUE, theme.NEUTRAL_CHROMA, theme.NEUTRAL_RADIUS, theme.NEUTRAL_FONT)
    assert NEUTRAL_CSS.read_text().partition("*/\n")[2] == made
