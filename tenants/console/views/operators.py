"""What only operators have: the resellers, a new one, the state of the ground."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from tenants.console import queries
from tenants.console.access import operator
from tenants.console.forms import ResellerForm
from tenants.console.staffing import add_staff
from tenants.lifecycle import open_reseller
from tenants.models import Staff
from tenants.redirects import go_to
from tenants.schema import stock
from tenants.schema.walls import walls


@operator
@require_safe
def resellers(request: HttpRequest) -> HttpResponseBase:
    """All resellers."""
    found = queries.resellers()
    return render(request, "console/resellers.html", {"resellers": found, "total": len(found)})


@operator
@require_http_methods(["GET", "HEAD", "POST"])
def reseller_new(request: HttpRequest) -> HttpResponseBase:
    """A reseller, its console's host and its first owner, who gets a mail."""
    form = ResellerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            open_with_owner(form.cleaned_data, invited_by=str(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is open, and its owner gets a mail.")
            return go_to(request, "console:resellers")
    page = "console/reseller_new.html"
    return render(request, f"{page}#sheet" if "HX-Request" in request.headers else page, {"form": form})


def open_with_owner(data: dict[str, Any], *, invited_by: str) -> None:
    """All of it or nothing. Raises ValidationError whose keys are the form's."""
    with transaction.atomic():
        opened = open_reseller(name=data["name"], slug=data["slug"], host=data["host"])
        try:
            add_staff(
                opened.domain,
                email=data["owner_email"],
                name=data["owner_name"],
                role=Staff.Role.OWNER,
                invited_by=invited_by,
            )
        except ValidationError as error:
            raise ValidationError({"owner_email": error.messages}) from error


@operator
@require_safe
def system(request: HttpRequest) -> HttpResponseBase:
    """The warm pool, and which walls between workspaces stand."""
    context = {"ready": stock.level(), "wanted": settings.SPARE_SCHEMAS, "walls": walls()}
    return render(request, "console/system.html", context)
