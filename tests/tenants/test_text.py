"""What Postgres can hold, said in the same words by every form."""

import pytest
from django.core.exceptions import ValidationError

from tenants.text import check_person_name, check_storable, is_storable, storable, unix_lines


def test_what_cannot_be_stored_is_known_and_left_out() -> None:
    assert [is_storable(text) for text in ("a", "a\0", "\ud800", "😀")] == [True, False, False, True]
    assert storable("a\0b\ud800c😀") == "abc😀"


def test_lines_end_in_one_way() -> None:
    assert unix_lines("a\r\nb\rc\n\r\nd") == "a\nb\nc\n\nd"


def test_a_form_says_what_to_do() -> None:
    check_storable("Zoë 😀")
    with pytest.raises(ValidationError) as refusal:
        check_storable("a\0")
    assert refusal.value.messages == ["This has a character that cannot be stored. Remove it and send again."]


@pytest.mark.parametrize(
    "name",
    [
        "Zoë (Platform support)",
        "Zoë (Rosa's SUPPORT)",
        "Zoë [support]",
        "Zoë （Support）",
        "Zoë ❨support❩",
        "Zoë <support>",
        "Zoë (sup\u200bport",
        "Zoë (s u p p o r t)",
        "Zoë (ѕuррort)",
        "Zoë (supp0rt)",
        "Zoë (ｓｕｐｐｏｒｔ)",
        "Zoë (Platform ｓupport) Smith",
    ],
)
def test_nobodys_name_says_that_they_are_support(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_person_name(name)
    said = "Only the names of support people say so in brackets. Leave the brackets out."
    assert refusal.value.messages == [said]


@pytest.mark.parametrize(
    "name", ["Zoë (Sales)", "Zoë Support", "Support (Zoë)", "李 (小龙)", "Zoë, customer support"]
)
def test_other_names_are_names(name: str) -> None:
    check_person_name(name)
