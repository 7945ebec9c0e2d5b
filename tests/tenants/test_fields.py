"""What a form says of a field that was left empty: what belongs there, never only that it is required."""

import pytest
from django import forms

from core.accounts.forms import TeammateForm, TeamRoleForm, WelcomeForm
from core.accounts.models import User
from tenants.console.forms import (
    EnterForm,
    NameForm,
    OwnerForm,
    ResellerForm,
    RoleForm,
    StaffForm,
    StarterForm,
)
from tenants.context import Place
from tenants.fields import NamesWhatIsMissing

SAID: dict[type[forms.Form], dict[str, str]] = {
    ResellerForm: {
        "name": "Give the reseller a name.",
        "slug": "Type the short name.",
        "host": "Type the console’s domain.",
        "owner_name": "Type the owner’s name.",
        "owner_email": "Type the owner’s e-mail address.",
    },
    OwnerForm: {"name": "Type the owner’s name.", "email": "Type the owner’s e-mail address."},
    StaffForm: {
        "name": "Type the name.",
        "email": "Type the e-mail address.",
        "role": "Choose a role. What each may do stands below.",
    },
    RoleForm: {"role": "Choose the role."},
    NameForm: {"name": "Give the workspace a name."},
    StarterForm: {"name": "Give the starter template a name."},
    EnterForm: {
        "reason": "Say why you go in: their people read it.",
        "minutes": "Choose for how long you go in.",
    },
    TeammateForm: {
        "name": "Type the name.",
        "email": "Type the e-mail address.",
        "role": "Choose the role.",
    },
    TeamRoleForm: {"name": "Give the role a name."},
}


@pytest.mark.parametrize("form", SAID, ids=lambda form: str(form.__name__))
def test_each_field_is_named(in_alice: Place, form: type[forms.Form]) -> None:
    assert form({}).errors == {field: [said] for field, said in SAID[form].items()}


def test_what_is_somebodys_own(in_alice: Place, alice: User) -> None:
    found = WelcomeForm({}, user=alice).errors
    assert found == {"name": ["Type your name."], "password": ["Type the password."]}


def test_a_field_keeps_words_of_its_own_and_one_without_a_label_has_its_name() -> None:
    class Lunch(NamesWhatIsMissing, forms.Form):
        main_dish = forms.CharField()
        wine = forms.CharField(error_messages={"required": "Not without wine."})
        name = forms.CharField()
        note = forms.CharField(required=False)

    assert Lunch({}).errors == {
        "main_dish": ["Type the main dish."],
        "wine": ["Not without wine."],
        "name": ["Type the name."],
    }
