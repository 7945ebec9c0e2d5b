"""Fields for what people type: the error names the field, says how much is too much, and keeps the words."""

import pytest
from django import forms

from core.fields import MailAddress, PlainText


class Form(forms.Form):
    name = PlainText(label="Name", limit=5)
    note = PlainText(label="Note", limit=1_000, required=False)
    email = MailAddress(label="E-mail", limit=30, required=False, required_message="Who are you?")


def errors(**typed: str) -> dict[str, list[str]]:
    form = Form({"name": "Zoë", **typed})
    return {field: [str(one) for one in said] for field, said in form.errors.items()}


def test_it_works() -> None:
    form = Form({"name": " Zoë ", "note": "a\r\nb 😀", "email": "zoe@acme.test"})
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Zoë", "note": "a\r\nb 😀", "email": "zoe@acme.test"}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Name is needed."),
        ("name", "   ", "Name is needed."),
        ("name", "123456", "Name can have at most 5 characters; this has 6."),
        ("note", "x" * 1_001, "Note can have at most 1,000 characters; this has 1,001."),
        ("note", "a\0", "Note has a character that cannot be stored. Remove it and send again."),
        ("note", "\ud800", "Note has a character that cannot be stored. Remove it and send again."),
        ("email", "zoe", "E-mail does not look like an address, such as name@example.com."),
        (
            "email",
            "zoe@acme.test, a@b.test",
            "E-mail does not look like an address, such as name@example.com.",
        ),
        ("email", "x" * 31, "E-mail can have at most 30 characters; this has 31."),
    ],
)
def test_bad_input_is_a_clear_error(field: str, typed: str, said: str) -> None:
    assert errors(**{field: typed}) == {field: [said]}


def test_what_is_not_asked_for_may_stay_empty() -> None:
    assert errors(note="", email="") == {}


def test_the_browser_is_told_the_limit_too() -> None:
    assert str(Form()["name"]).count('maxlength="5"') == 1


def test_a_field_may_ask_in_words_of_its_own() -> None:
    field = MailAddress(label="E-mail", limit=30, required_message="Who are you?")
    with pytest.raises(forms.ValidationError, match=r"Who are you\?"):
        field.clean("")
