"""What Postgres can hold, said in the same words by every form."""

import pytest
from django.core.exceptions import ValidationError

from tenants.text import check_storable, is_storable, storable


def test_what_cannot_be_stored_is_known_and_left_out() -> None:
    assert [is_storable(text) for text in ("a", "a\0", "\ud800", "😀")] == [True, False, False, True]
    assert storable("a\0b\ud800c😀") == "abc😀"


def test_a_form_says_what_to_do() -> None:
    check_storable("Zoë 😀")
    with pytest.raises(ValidationError) as refusal:
        check_storable("a\0")
    assert refusal.value.messages == ["This has a character that cannot be stored. Remove it and send again."]
