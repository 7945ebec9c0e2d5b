"""Forms about accounts: allauth's, with our spelling of addresses and of who exists here, and the team's.

What they lead to is domain/users.py; allauth's own flows stand behind views/sign_in.py.
"""

from typing import Any
from uuid import UUID

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from core.accounts.backends import may_be_here
from core.accounts.models import TeamRole, User
from core.accounts.queries import role_offers, teammates
from core.accounts.rules import ACTION_WORDS, GRANTABLE, WORKSPACE_ROLES, Role, Words, fold_email
from tenants.fields import NO_ADDRESS, MailField, NamesWhatIsMissing, name_what_is_missing
from tenants.text import check_person_name, check_storable


def role_choices() -> list[tuple[str, str]]:
    """The built-in roles and the workspace's own, as a form names them."""
    return [(offer.value, offer.label) for offer in role_offers()]


LABELS = {
    "login": "E-mail",
    "email": "E-mail",
    "remember": "Keep me signed in",
    "oldpassword": "Current password",
    "password1": "New password",
    "password2": "New password, again",
}
LONG_ENOUGH = "At least ten characters."


class OurWords:
    """allauth's forms in our words: our labels, the rule about length once, no placeholder beside a label."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if field.help_text:
                field.help_text = LONG_ENOUGH if name == "password1" else ""
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NO_ADDRESS
        name_what_is_missing(self.fields)


class ConfirmCodeForm(OurWords, allauth.ConfirmLoginCodeForm):
    """The code from a mail for signing in."""


class ConfirmEmailCodeForm(OurWords, allauth.ConfirmEmailVerificationCodeForm):
    """The same that proves an address."""


class ConfirmResetCodeForm(OurWords, allauth.ConfirmPasswordResetCodeForm):
    """The same for a forgotten password."""


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    """Another password for somebody who has one."""


class SetPasswordForm(OurWords, allauth.SetPasswordForm):
    """A first password for somebody who came in by a code."""


class NewPasswordForm(OurWords, allauth.ResetPasswordKeyForm):
    """A new one instead of a forgotten one."""


class LoginForm(OurWords, allauth.LoginForm):
    """Address and password."""

    def clean_login(self) -> str:
        return fold_email(super().clean_login())


class RequestLoginCodeForm(OurWords, allauth.RequestLoginCodeForm):
    """An address that a code is sent to. Whoever may not be here is treated as unknown."""

    _user: User | None

    def clean_email(self) -> str:
        self.cleaned_data["email"] = fold_email(self.cleaned_data["email"])
        email: str = super().clean_email()
        if self._user is not None and not may_be_here(self._user):
            self._user = None
        return email


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):
    """The same for a forgotten password."""

    users: list[User]

    def clean_email(self) -> str:
        self.cleaned_data["email"] = fold_email(self.cleaned_data["email"])
        email: str = super().clean_email()
        self.users = [user for user in self.users if may_be_here(user)]
        return email


class WelcomeForm(NamesWhatIsMissing, forms.Form):
    """What an invited person chooses: how they are called here, and a password."""

    name = forms.CharField(max_length=120, label="Your name", validators=[check_person_name])
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=LONG_ENOUGH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class ChosenRole(NamesWhatIsMissing, forms.Form):
    """A role for somebody: a built-in one, or one of this very workspace by its id."""

    role = forms.ChoiceField(choices=role_choices, initial=Role.AGENT)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if (chosen := data.get("role")) and chosen not in WORKSPACE_ROLES:
            data["role"], data["team_role"] = Role.AGENT, TeamRole.objects.filter(id=chosen).first()
            if data["team_role"] is None:  # deleted between the two questions
                self.add_error("role", "This role is gone. Choose another one.")
        return data


class TeammateForm(ChosenRole):
    """Somebody new for the team."""

    name = forms.CharField(max_length=120, validators=[check_person_name])
    email = MailField(max_length=254, label="E-mail", validators=[check_storable])
    field_order = ("name", "email", "role")

    def clean_email(self) -> str:
        return fold_email(self.cleaned_data["email"])


class TeamRoleForm(NamesWhatIsMissing, forms.Form):
    """A role of the workspace's own: its name, and what it may do. Managing the team is for admins alone."""

    of = "the role"
    name = forms.CharField(max_length=60, validators=[check_storable])
    actions = forms.MultipleChoiceField(
        label="May",
        required=False,
        choices=[(str(action), ACTION_WORDS[action].label) for action in GRANTABLE],
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def chosen(self) -> list[tuple[str, Words, bool]]:
        """Each action with its words, and whether it is ticked."""
        ticked = set(self["actions"].value() or [])
        return [(str(action), ACTION_WORDS[action], action in ticked) for action in GRANTABLE]


class TeamForm(NamesWhatIsMissing, forms.Form):
    """A team: its name and its people."""

    name = forms.CharField(
        max_length=60,
        validators=[check_storable],
        error_messages={"required": "Give the team a name, such as “Sales” or “Support”."},
    )
    people = forms.TypedMultipleChoiceField(label="People", required=False, coerce=UUID)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(teammates())
        people = self.fields["people"]
        assert isinstance(people, forms.TypedMultipleChoiceField)
        people.choices = [(str(person.id), person.display_name) for person in self.known]

    @property
    def chosen(self) -> list[tuple[User, bool]]:
        """Each active person, and whether they are ticked."""
        ticked = {str(value) for value in self["people"].value() or []}
        return [(person, str(person.id) in ticked) for person in self.known]


class ProfileForm(NamesWhatIsMissing, forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What people may change about themselves. Role, address and state are not here on purpose."""

    class Meta:
        model = User
        fields = ("name",)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        check_person_name(name)
        if not name:
            raise ValidationError("Please tell us your name.")
        return name
