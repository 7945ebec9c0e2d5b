"""The arithmetic against published values: CSS Color 4's samples and WCAG's extremes."""

import pytest

from core.ui.color import Oklch, contrast, fit_gamut, in_gamut, linear_rgb, luminance, readable

WHITE, BLACK = Oklch(1, 0, 0), Oklch(0, 0, 0)


def test_white_and_black_are_as_far_apart_as_contrast_goes() -> None:
    assert round(contrast(WHITE, BLACK), 1) == 21.0
    assert round(contrast(BLACK, WHITE), 1) == 21.0


@pytest.mark.parametrize(
    ("colour", "rgb"),
    [
        (Oklch(0.62796, 0.25768, 29.234), (1, 0, 0)),
        (Oklch(0.86644, 0.294827, 142.4953), (0, 1, 0)),
        (Oklch(0.45201, 0.313214, 264.052), (0, 0, 1)),
    ],
)
def test_the_primaries_of_srgb_come_out(colour: Oklch, rgb: tuple[int, int, int]) -> None:
    assert [round(channel, 2) for channel in linear_rgb(colour)] == list(rgb)


def test_luminance_of_a_middle_grey() -> None:
    # #777777 has 4.48:1 against white, the well-known near miss.
    assert round(contrast(Oklch(0.5693, 0, 0), WHITE), 2) == 4.48


def test_a_colour_outside_the_gamut_keeps_lightness_and_hue() -> None:
    wild = Oklch(0.52, 0.3, 180)
    fitted = fit_gamut(wild)
    assert not in_gamut(wild)
    assert in_gamut(fitted)
    assert (fitted.lightness, fitted.hue) == (wild.lightness, wild.hue)
    assert not in_gamut(Oklch(0.52, fitted.chroma + 0.004, 180))


def test_readable_moves_only_as_far_as_needed() -> None:
    found = readable(Oklch(0.8, 0.1, 90), on=[WHITE], step=-0.004)
    assert contrast(found, WHITE) >= 4.5
    assert contrast(Oklch(found.lightness + 0.004, 0.1, 90), WHITE) < 4.5


def test_readable_gives_up_with_words_when_nothing_can_be_read() -> None:
    with pytest.raises(ValueError, match="no lightness"):
        readable(Oklch(0.5, 0, 0), on=[WHITE, BLACK], step=-0.004, ratio=7)


def test_css_has_what_was_computed() -> None:
    assert Oklch(0.5, 0.1, 272).css() == "oklch(0.5000 0.1000 272.00)"
    assert round(luminance(WHITE), 3) == 1.0
