"""The brand editor in a reseller's console: its own brand, and one for each workspace that wants another."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from branding.access import access_reseller_brand, access_workspace_brand
from branding.domain.brands import save_brand
from branding.forms import BrandForm
from branding.models import Brand
from branding.queries import inherited_by
from tenants.console.access import reseller_staff
from tenants.console.rules import ConsoleAction
from tenants.redirects import go_to
from tenants.states import check_settled

_methods = require_http_methods(["GET", "HEAD", "POST"])


@reseller_staff(ConsoleAction.EDIT_BRAND)
@_methods
def own(request: HttpRequest) -> HttpResponseBase:
    """The brand that the console and all workspaces without their own bear."""
    return _edit(
        request, access_reseller_brand(request), back_url="", preview_url=reverse("branding:preview")
    )


@reseller_staff(ConsoleAction.EDIT_BRAND)
@_methods
def workspace(request: HttpRequest, workspace_id: UUID) -> HttpResponseBase:
    """What one workspace has of its own."""
    brand = access_workspace_brand(request, workspace_id)
    assert brand.workspace is not None
    try:
        check_settled(brand.workspace)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go_to(request, "console:workspace", workspace_id)
    return _edit(
        request,
        brand,
        back_url=reverse("console:workspace", args=[workspace_id]),
        preview_url=reverse("branding:workspace_preview", args=[workspace_id]),
    )


def _edit(request: HttpRequest, brand: Brand, *, back_url: str, preview_url: str) -> HttpResponseBase:
    reseller = brand.reseller
    assert reseller is not None
    form = BrandForm(
        request.POST or None,
        request.FILES or None,
        instance=brand,
        inherited=inherited_by(brand),
        inherited_name=reseller.name,
    )
    if request.method == "POST" and form.is_valid():
        save_brand(
            form.chosen(),
            logo=form.cleaned_data["new_logo"],
            drop_logo=form.cleaned_data.get("drop_logo", False),
        )
        messages.success(request, "The brand is saved. Pages show it within seconds.")
        return redirect(request.path)
    owner = str(brand.workspace) if brand.workspace_id else reseller.name
    context = {"form": form, "owner": owner, "back_url": back_url, "preview_url": preview_url}
    return render(request, "branding/brand.html", context, status=422 if form.is_bound else 200)
