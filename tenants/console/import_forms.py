"""What bringing a workspace in asks for: first the file, then its name and address."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from tenants.archive.taking import Suggestion
from tenants.console.addressed import AddressedForm
from tenants.models import WorkspaceImport
from tenants.text import check_storable


class UploadForm(forms.Form):
    """The file; whether it is an archive is found out afterwards."""

    archive = forms.FileField(
        label="File",
        allow_empty_file=False,
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={
            "required": "Choose the file of an export first.",
            "missing": "Choose the file of an export first.",
            "empty": "This file is empty. Choose the file of an export.",
        },
    )

    def __init__(self, *args: Any, fault: str = "", **kwargs: Any) -> None:
        """`fault` is why what was sent could not be kept, which is then all that is said."""
        super().__init__(*args, **kwargs)
        self._fault = fault
        self.fields["archive"].required = not fault

    def clean_archive(self) -> "UploadedFile[Any]":
        if self._fault:
            raise ValidationError(self._fault)
        file: UploadedFile[Any] = self.cleaned_data["archive"]
        check_storable(file.name or "")
        return file


class ImportForm(AddressedForm):
    """Its name, which its customers read, and where its people find it."""

    name = forms.CharField(
        max_length=120,
        label="Client’s name",
        validators=[check_storable],
        error_messages={"required": "Type the client’s name. Their team and their customers read it."},
    )

    def __init__(
        self, *args: Any, row: WorkspaceImport, suggested: Suggestion | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = row.name
        if suggested:
            self.initial.update(where=suggested.where, address=suggested.address)
        self.word_address()
        if suggested and suggested.was_free:
            self.fields["address"].widget.attrs["data-typed"] = True

    @property
    def shown_host(self) -> str:
        """The address as it is going to be, "" while there is none."""
        if self.is_bound:
            return str(self.cleaned_data.get("host", ""))
        word = str(self.initial.get("address", ""))
        ours = self.initial.get("where") == "subdomain"
        return f"{word}.{settings.BASE_HOST}" if word and ours else word
