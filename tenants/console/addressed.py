"""Where a new workspace is to be found, as forms ask for it: a word below our domain, or one of theirs."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from tenants.console.address_words import ADDRESS
from tenants.hosts.domains import check_host, subdomain


class AddressedForm(forms.Form):
    """Gives `host` in its cleaned data; call `word_address` once the form is made."""

    where = forms.ChoiceField(
        label="Address",
        choices=[("subdomain", "A name of ours"), ("domain", "Their own domain")],
        initial="subdomain",
    )
    address = forms.CharField(max_length=253)

    def word_address(self) -> None:
        """Label, help and complaint are those of what was chosen; the browser changes them as it changes."""
        field, chosen = self.fields["address"], ADDRESS.get(str(self["where"].value()), ADDRESS["subdomain"])
        field.label, field.help_text = chosen.label, chosen.help
        field.error_messages["required"] = chosen.missing.format(settings.BASE_HOST)
        for where, words in ADDRESS.items():
            field.widget.attrs[f"data-{where}-label"] = words.label
            field.widget.attrs[f"data-{where}-help"] = words.help

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("address") and data.get("where"):
            make = subdomain if data["where"] == "subdomain" else check_host
            try:
                data["host"] = make(data["address"])
            except ValidationError as error:
                self.add_error("address", error)
        return data
