"""Colours: from what a person picks to hue and chroma, and back to something white words are readable on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branding.rules import accent, hue_and_chroma
from core.ui.theme import MAX_CHROMA

HEX = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "hue", "chroma"),
    [
        ("#ff0000", 29.23, 0.25),  # chroma 0.2577, more than a brand may have
        ("#0a66c2", 254.73, 0.1632),
        ("#4A5F7A", 254.95, 0.0508),
        ("#ffffff", 0.0, 0.0),
        ("#000000", 0.0, 0.0),
        ("#808080", 0.0, 0.0),
    ],
)
def test_it_works(colour: str, hue: float, chroma: float) -> None:
    """Figures from the CSS Color 4 definition of OKLCH."""
    assert hue_and_chroma(colour) == pytest.approx((hue, chroma), abs=0.01)


@pytest.mark.parametrize(
    "colour", ["", "red", "#fff", "#12345g", "#123456;}", "#123456\n", " #123456", "rgb(0,0,0)"]
)
def test_bad_input_is_a_clear_error(colour: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        hue_and_chroma(colour)


@given(HEX)
def test_every_colour_has_a_place(colour: str) -> None:
    hue, chroma = hue_and_chroma(colour)
    assert 0 <= hue < 360
    assert 0 <= chroma <= MAX_CHROMA


@given(HEX)
def test_white_words_are_readable_on_every_brand(colour: str) -> None:
    assert wcag_contrast(accent(*hue_and_chroma(colour))) >= 4.5


def wcag_contrast(colour: str) -> float:
    """Against white, by the definition in WCAG 2.2 and not by the product's own arithmetic."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
