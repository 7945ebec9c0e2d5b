"""Names are given once: which rule refused one is asked of the server, whatever the name is."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from core.accounts.models import Team
from core.naming import given_once, tidy_name
from tenants.context import Place

SAID = "There is one called that already."


def test_a_second_one_is_refused_in_words(in_alice: Place) -> None:
    Team.objects.create(name="Sales")
    with pytest.raises(ValidationError, match=SAID), given_once("team_named_once_standing", said=SAID):
        Team.objects.create(name="sales")
    assert Team.objects.count() == 1  # the transaction around it goes on


def test_another_rule_is_not_taken_for_it_by_what_somebody_typed(in_alice: Place) -> None:
    name = "canned_own_once"
    Team.objects.create(name=name)
    with pytest.raises(IntegrityError, match=name), given_once(name, said=SAID):
        Team.objects.create(name=name)


@pytest.mark.parametrize(("typed", "kept"), [(" Big  deals ", "Big deals"), ("x" * 40, "x" * 40)])
def test_how_it_is_kept(typed: str, kept: str) -> None:
    assert tidy_name(typed, most=40, what="the label") == kept


@pytest.mark.parametrize("typed", ["", "   ", "x" * 41])
def test_what_is_none(typed: str) -> None:
    with pytest.raises(ValidationError, match="Give the label a name of at most 40 characters"):
        tidy_name(typed, most=40, what="the label")
