"""The small pieces as templates use them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from core.ui.templatetags.ui import avatar, icons, when, written

NOW = datetime(2026, 3, 12, 14, 30, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context)).strip()


@dataclass
class Person:
    initials: str
    hue: int


class Form(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="We answer here.")
    secret = forms.CharField(widget=forms.PasswordInput)
    agree = forms.BooleanField(label="I agree")


def test_an_icon_is_drawn_inline_and_silent() -> None:
    drawn = render('{% icon "inbox" "size-5" %}')
    assert drawn.startswith('<svg class="icon size-5"')
    assert 'aria-hidden="true"' in drawn
    assert icons()["inbox"] in drawn


def test_an_icon_with_a_label_speaks() -> None:
    assert 'role="img" aria-label="E-mail"' in render('{% icon "mail" label="E-mail" %}')


def test_an_unknown_icon_names_itself() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon 'nope'"):
        render('{% icon "nope" %}')


@pytest.mark.parametrize(
    ("hue", "css"), [(0, "hue-0"), (29, "hue-0"), (30, "hue-1"), (359, "hue-11"), (360, "hue-0")]
)
def test_an_avatar_has_one_of_twelve_hues(hue: int, css: str) -> None:
    assert (
        avatar(Person("HO", hue)) == f'<span class="avatar-dot avatar-md {css}" aria-hidden="true">HO</span>'
    )


def test_an_avatar_escapes_what_people_call_themselves() -> None:
    assert "<b>" not in avatar(Person("<b>", 0))


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=4), "4 m"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=2), "Tue"),
        (timedelta(days=30), "10 Feb"),
        (timedelta(days=400), "5 Feb 2025"),
    ],
)
def test_short_times(ago: timedelta, text: str) -> None:
    assert written(NOW - ago, style="short", now=NOW) == text


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, ""), (1, "1 m"), (59, "59 m"), (60, "1 h"), (47 * 60, "47 h"), (48 * 60, "2 d")]
)
def test_elapsed_times(minutes: int, text: str) -> None:
    assert written(NOW - timedelta(minutes=minutes), style="elapsed", now=NOW) == text


def test_clock_and_full() -> None:
    assert written(NOW, style="clock", now=NOW) == "14:30"
    assert written(NOW, style="full", now=NOW) == "12 Mar 2026, 14:30"


def test_when_carries_the_moment_for_the_browser() -> None:
    assert 'datetime="2026-03-12T14:30:00+00:00" data-when="clock"' in when(NOW, "clock")
    assert when(None) == ""


def test_a_field_ties_label_help_and_error_together() -> None:
    drawn = render("{% field form.email %}", form=Form({"email": "no"}))
    assert '<label for="id_email">E-mail</label>' in drawn
    assert 'aria-describedby="id_email_help id_email_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'id="id_email_error"' in drawn
    assert 'id="id_email_help">We answer here.</div>' in drawn


def test_a_field_without_error_says_nothing_of_one() -> None:
    drawn = render("{% field form.email %}", form=Form())
    assert "aria-invalid" not in drawn
    assert 'aria-describedby="id_email_help"' in drawn


def test_a_password_can_be_looked_at_and_a_box_stands_before_its_words() -> None:
    assert "data-eye" in render("{% field form.secret %}", form=Form())
    assert "field-check" in render("{% field form.agree %}", form=Form())


def test_an_empty_state_has_at_most_one_action() -> None:
    drawn = render('{% empty_state "inbox" "Nothing" "Wait." url="/new/" action="Make one" sheet=True %}')
    assert drawn.count("<a ") == 1
    assert 'data-sheet="/new/"' in drawn
    assert "<a " not in render('{% empty_state "inbox" "Nothing" %}')


def test_a_badge_says_its_meaning_in_words_and_icon() -> None:
    drawn = render('{% badge "Active" "success" "check" %}')
    assert drawn.startswith('<span class="chip chip-success"><svg')
    assert drawn.endswith("Active</span>")
