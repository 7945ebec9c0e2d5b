"""The editor's live preview: a page in a frame beside the form, in the colours that are not saved yet."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from branding.access import access_reseller_brand, access_workspace_brand
from branding.models import Brand
from branding.preview import draft_of, sheet_of
from branding.queries import inherited_by, look
from branding.source import tokens_of
from core.brand import BrandTokens
from core.ui.policy import policy
from tenants.console.access import reseller_staff
from tenants.console.rules import ConsoleAction


@reseller_staff(ConsoleAction.EDIT_BRAND)
@require_safe
@xframe_options_sameorigin
def page(request: HttpRequest, workspace_id: UUID | None = None) -> HttpResponse:
    """A sign-in page as strangers would see it: as it is saved, or with what stands in the form's fields."""
    base = _base(request, workspace_id)
    draft = draft_of(request.GET, base=base, css_path=_css_path(workspace_id))
    response = render(request, "branding/preview.html", {"brand": draft})
    response["Content-Security-Policy"] = policy(frame_ancestors="'self'")
    return response


@reseller_staff(ConsoleAction.EDIT_BRAND)
@require_safe
def css(request: HttpRequest, workspace_id: UUID | None = None) -> HttpResponse:
    """Its stylesheet."""
    sheet = sheet_of(request.GET, base=_base(request, workspace_id))
    return HttpResponse(sheet.body, content_type="text/css; charset=utf-8")


def _base(request: HttpRequest, workspace_id: UUID | None) -> BrandTokens:
    """What is saved; once somebody types, what an empty field would inherit, with the saved pictures."""
    brand = access_workspace_brand(request, workspace_id) if workspace_id else access_reseller_brand(request)
    found = look(reseller_id=brand.reseller_id, workspace_id=brand.workspace_id)
    if request.GET:
        logo, icon = found.logo_digest, found.icon_digest
        found = replace(inherited_by(brand), logo_digest=logo, icon_digest=icon)
    return tokens_of(found, fallback_name=_reseller_name(brand))


def _reseller_name(brand: Brand) -> str:
    return brand.reseller.name if brand.reseller else ""


def _css_path(workspace_id: UUID | None) -> str:
    if workspace_id:
        return reverse("branding:workspace_preview_css", args=[workspace_id])
    return reverse("branding:preview_css")
