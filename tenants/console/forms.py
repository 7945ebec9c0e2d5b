"""What is typed into the consoles: a new reseller, a new workspace, somebody new for the staff."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from tenants.console.addressed import AddressedForm
from tenants.console.offers import offers
from tenants.fields import MailField, NamesWhatIsMissing
from tenants.hosts.domains import check_host
from tenants.models import Reseller, Staff, StarterTemplate, Workspace
from tenants.states import ANY_OPEN
from tenants.text import check_person_name, check_storable


def missing(says: str) -> dict[str, str]:
    """What a field says that was left empty: what belongs there and what for."""
    return {"required": says}


def search_words(request: HttpRequest) -> str:
    """What was typed into a list's search field, cut and without what Postgres refuses."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


class ResellerForm(NamesWhatIsMissing, forms.Form):
    """A reseller, the host of its console and its first owner."""

    of = "the reseller"
    name = forms.CharField(max_length=120, validators=[check_storable])
    slug = forms.SlugField(max_length=40, label="Short name", help_text="Letters, digits and hyphens.")
    host = forms.CharField(
        max_length=253,
        label="Console’s domain",
        help_text="Such as crm.example.com. It must point to this installation.",
    )
    owner_name = forms.CharField(max_length=120, label="Owner’s name", validators=[check_person_name])
    owner_email = MailField(max_length=254, label="Owner’s e-mail", validators=[check_storable])

    def clean_host(self) -> str:
        return check_host(self.cleaned_data["host"])


class WorkspaceForm(NamesWhatIsMissing, AddressedForm):
    """A client, its first admin, and where its team finds it."""

    field_order = ("name", "owner_name", "owner_email", "where", "address", "starter")
    name = forms.CharField(
        max_length=120,
        label="Client’s name",
        validators=[check_storable],
        error_messages=missing("Type the client’s name. Their team and their customers read it."),
    )
    owner_name = forms.CharField(
        max_length=120,
        label="Owner’s name",
        validators=[check_person_name],
        error_messages=missing("Type the name of whoever is to come in first, and invites the others."),
    )
    owner_email = MailField(
        max_length=254,
        label="Owner’s e-mail",
        validators=[check_storable],
        error_messages=missing("Type the address that the invitation goes to."),
    )
    starter = forms.ChoiceField(label="Begin with", required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, reseller: Reseller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.word_address()
        self.offers = offers(reseller)
        choices = [(str(offer.pk), offer.row.name) for offer in self.offers]
        cast("forms.ChoiceField", self.fields["starter"]).choices = [*choices, ("", "Empty")]
        self.initial["starter"] = next((str(offer.pk) for offer in self.offers if offer.is_default), "")

    @property
    def begins_with(self) -> str:
        """The chosen template's id as text; "" for none."""
        return str(self["starter"].value() or "")

    def clean_starter(self) -> StarterTemplate | None:
        chosen = self.cleaned_data["starter"]
        return next((offer.row for offer in self.offers if str(offer.pk) == chosen), None)


class RoleForm(NamesWhatIsMissing, forms.Form):
    """Another role for somebody of the staff."""

    role = forms.ChoiceField(choices=Staff.Role.choices)


class EnterForm(NamesWhatIsMissing, forms.Form):
    """Why somebody enters a client's workspace, and for how long; both are shown to the client."""

    reason = forms.CharField(
        max_length=300,
        label="Why do you go in?",
        help_text="A few words that their people will understand, such as the request you answer.",
        error_messages=missing("Say why you go in: their people read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[check_storable],
    )
    minutes = forms.TypedChoiceField(
        label="For how long?",
        coerce=int,
        choices=[("15", "15 minutes"), ("60", "1 hour"), ("240", "4 hours")],
        initial="15",
        error_messages=missing("Choose for how long you go in."),
    )

    def clean_reason(self) -> str:
        reason = " ".join(self.cleaned_data["reason"].split())
        if len(reason.split()) < 3:
            raise ValidationError("Say it in at least three words: their people read it.")
        return reason


class StarterForm(NamesWhatIsMissing, forms.Form):
    """The words of a starter template; its content is taken from a workspace, never typed."""

    of = "the starter template"
    name = forms.CharField(max_length=80, validators=[check_storable])
    description = forms.CharField(
        max_length=300,
        required=False,
        validators=[check_storable],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For whom it is, in a sentence or two.",
    )


class OwnerForm(NamesWhatIsMissing, forms.Form):
    """Who a new workspace belongs to, put right."""

    name = forms.CharField(max_length=120, label="Owner’s name", validators=[check_person_name])
    email = MailField(max_length=254, label="Owner’s e-mail", validators=[check_storable])


class InvitedForm(NamesWhatIsMissing, forms.Form):
    """Somebody of the staff who has not come in, put right."""

    name = forms.CharField(max_length=120, validators=[check_person_name])
    email = MailField(max_length=254, label="E-mail", validators=[check_storable])


class StaffForm(NamesWhatIsMissing, forms.Form):
    """Somebody new for the staff of a reseller."""

    name = forms.CharField(max_length=120, validators=[check_person_name])
    email = MailField(max_length=254, label="E-mail", validators=[check_storable])
    role = forms.ChoiceField(
        choices=[("", "Choose a role"), *Staff.Role.choices],
        error_messages={"required": "Choose a role. What each may do stands below."},
    )


class NameForm(NamesWhatIsMissing, forms.Form):
    """What a workspace is called."""

    of = "the workspace"
    name = forms.CharField(max_length=120, validators=[check_storable])


class TypedNameForm(NamesWhatIsMissing, forms.Form):
    """Its name, typed by whoever is about to take something away."""

    typed = forms.CharField(max_length=120, label="Its name", required=False)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["typed"].help_text = f"Type “{name}”."
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"]).strip()
        if typed != self._name:
            raise ValidationError(f"This is not its name. Type “{self._name}”.")
        return typed


class DomainForm(NamesWhatIsMissing, forms.Form):
    """One more host of a workspace."""

    host = forms.CharField(
        max_length=253,
        label="Domain",
        help_text="Such as crm.example.com.",
        error_messages=missing("Type the domain at which it is to be found."),
    )

    def clean_host(self) -> str:
        return check_host(self.cleaned_data["host"])


class MoveDomainForm(NamesWhatIsMissing, forms.Form):
    """Which other client of the same reseller is found there."""

    workspace = forms.ModelChoiceField(
        Workspace.objects.none(),
        label="Workspace",
        empty_label="Choose a workspace",
        error_messages={"required": "Choose the workspace that is found there from now on."},
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Workspace.objects.filter(reseller_id=workspace.reseller_id).exclude(id=workspace.id)
        field = self.fields["workspace"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others.filter(state__in=ANY_OPEN).order_by("name")
        if not field.queryset.exists():
            field.error_messages["required"] = "There is no other workspace to move it to. Make one first."


class MoveWorkspaceForm(NamesWhatIsMissing, forms.Form):
    """Whose client it becomes."""

    reseller = forms.ModelChoiceField(
        Reseller.objects.none(),
        label="Reseller",
        empty_label="Choose a reseller",
        error_messages={"required": "Choose the reseller whose client it becomes."},
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reseller"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Reseller.objects.exclude(id=workspace.reseller_id).order_by("name")
