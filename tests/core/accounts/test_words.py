"""What signing in says is ours: labels, one rule about length, how long to wait."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from core.accounts.adapter import too_many_guesses
from core.accounts.forms import LONG_ENOUGH, NewPasswordForm, SetPasswordForm, WelcomeForm
from core.accounts.models import User
from tests import world

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]


def words(page: str) -> list[tuple[str, str]]:
    """The labels and placeholders of a page's form."""
    return re.findall(r'<label[^>]*>([^<]+)|placeholder="([^"]*)"', page.split("<main")[1])


@pytest.mark.parametrize("path", ["login/", "login/code/", "password/reset/"])
def test_an_address_is_asked_for_in_our_words(visitor: Callable[[str], Client], path: str) -> None:
    page = visitor(world.ALICE_HOST).get(f"/account/{path}").content.decode()
    assert words(page)[0] == ("E-mail", "")
    assert [shown for _, shown in words(page) if shown] == []


def test_a_password_is_changed_in_our_words(client_for: ClientFor, alice: User) -> None:
    page = client_for(alice).get("/account/password/change/").content.decode()
    labels = [label for label, _ in words(page) if label]
    assert labels == ["Current password", "New password", "New password, again"]
    assert (page.count(LONG_ENOUGH), page.count("10 characters"), "placeholder" in page) == (1, 0, False)


@pytest.mark.parametrize("form", [SetPasswordForm, NewPasswordForm])
def test_the_rule_is_said_once(alice: User, form: type[NewPasswordForm]) -> None:
    assert [field.help_text for field in form(user=alice).fields.values()] == [LONG_ENOUGH, ""]


def test_the_rule_is_the_one_in_force(alice: User) -> None:
    assert "'OPTIONS': {'min_length': 10}" in str(configured.AUTH_PASSWORD_VALIDATORS[0])
    assert (LONG_ENOUGH, WelcomeForm(user=alice).fields["password"].help_text) == (
        "At least ten characters.",
        LONG_ENOUGH,
    )


def test_how_long_to_wait_is_the_limit_in_force(settings: Any) -> None:
    assert too_many_guesses() == "Too many attempts. Wait 5 minutes, then try again, or sign in by a code."
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}
    assert too_many_guesses() == "Too many attempts. Wait 1 minute, then try again, or sign in by a code."


@pytest.mark.parametrize("path", ["/account/profile/", "/account/password/change/"])
def test_ones_own_pages_are_no_settings(client_for: ClientFor, alice: User, path: str) -> None:
    page = client_for(alice).get(path)
    assert (page.status_code, 'aria-label="Settings"' in page.content.decode()) == (200, False)
