"""The stylesheet and the icon: nothing that anybody can type gets out of its place in them."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branding.assets import monogram, stylesheet
from core.ui.theme import FONTS, MAX_CHROMA, MAX_RADIUS

PLAIN = re.compile(
    r"""(?x) (?: @media\(prefers-color-scheme:dark\)\{ )?
    [:\[\]=\w(),-]+ \{ (?: [\w-]+ : (?: oklch\([\d. /]+\) | "?[\w\s.,"-]+"? ) ; )* \} \}? \n"""
)

hues = st.floats(0, 360)
chromas = st.floats(0, MAX_CHROMA)
radii = st.integers(0, MAX_RADIUS)
fonts = st.sampled_from(sorted(FONTS))


@given(hues, chromas, radii, fonts)
def test_a_stylesheet_is_only_custom_properties(hue: float, chroma: float, radius: int, font: str) -> None:
    """Every line is a selector of ours and declarations of few kinds: no url, no import, no comment."""
    sheet = stylesheet(hue, chroma, radius, font).body
    assert [line for line in sheet.splitlines(keepends=True) if not PLAIN.fullmatch(line)] == []


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"chroma": 9.0}, ValueError),
        ({"chroma": float("nan")}, ValueError),
        ({"radius": -1}, ValueError),
        ({"radius": 900}, ValueError),
        ({"font": "x;}body{background:url(//evil)}"}, KeyError),
        ({"font": "</style>"}, KeyError),
    ],
)
def test_bad_input_is_a_clear_error(wrong: dict[str, Any], error: type[Exception]) -> None:
    good = {"hue": 250.0, "chroma": 0.1, "radius": 8, "font": "inter"}
    with pytest.raises(error):
        stylesheet(**{**good, **wrong})


def test_the_address_follows_the_content() -> None:
    one, same, other = (stylesheet(hue, 0.1, 8, "inter").digest for hue in (250.0, 250.0, 251.0))
    assert one == same
    assert one != other
    assert re.fullmatch("[0-9a-f]{16}", one)


@given(st.text(max_size=60), hues, chromas, radii)
def test_an_icon_holds_one_letter_of_the_name(name: str, hue: float, chroma: float, radius: int) -> None:
    """Whatever the name: well-formed, the two elements we draw, and at most one letter or digit."""
    root = ET.fromstring(monogram(name, hue, chroma, radius).body)
    assert [element.tag.rpartition("}")[2] for element in root.iter()] == ["svg", "rect", "text"]
    letter = root[1].text or ""
    assert len(letter) <= 1
    assert letter == "" or letter.isalnum()


@pytest.mark.parametrize(
    ("name", "letter"),
    [("Nordlicht", "N"), ("  “été”", "É"), ("<script>", "S"), ("42", "4"), ("&&", None), ("", None)],
)
def test_which_letter(name: str, letter: str | None) -> None:
    assert ET.fromstring(monogram(name, 250, 0.1, 8).body)[1].text == letter
