"""What is typed into the consoles: a new reseller, a new workspace, somebody new for the staff."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from tenants.domains import check_host, subdomain
from tenants.fields import MailField
from tenants.models import Staff
from tenants.text import check_person_name, check_storable


def search_words(request: HttpRequest) -> str:
    """What was typed into a list's search field, cut and without what Postgres refuses."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


class ResellerForm(forms.Form):
    """A reseller, the host of its console and its first owner."""

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


class WorkspaceForm(forms.Form):
    """A client, its first admin, and where its team finds it."""

    name = forms.CharField(max_length=120, label="Client’s name", validators=[check_storable])
    owner_name = forms.CharField(max_length=120, label="Owner’s name", validators=[check_person_name])
    owner_email = MailField(max_length=254, label="Owner’s e-mail", validators=[check_storable])
    where = forms.ChoiceField(
        label="Address",
        choices=[("subdomain", "A name of ours"), ("domain", "Their own domain")],
        initial="subdomain",
    )
    address = forms.CharField(
        max_length=253, label="Name or domain", help_text="A single word, or a whole domain of their own."
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("address") and data.get("where"):
            make = subdomain if data["where"] == "subdomain" else check_host
            try:
                data["host"] = make(data["address"])
            except ValidationError as error:
                self.add_error("address", error)
        return data


class RoleForm(forms.Form):
    """Another role for somebody of the staff."""

    role = forms.ChoiceField(choices=Staff.Role.choices)


class StaffForm(forms.Form):
    """Somebody new for the staff of a reseller."""

    name = forms.CharField(max_length=120, validators=[check_person_name])
    email = MailField(max_length=254, label="E-mail", validators=[check_storable])
    role = forms.ChoiceField(choices=Staff.Role.choices, initial=Staff.Role.ADMIN)
