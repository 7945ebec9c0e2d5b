"""The editor's live preview: a page in a frame beside the form, in the colours that are not saved yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from branding.preview import draft_of, sheet_of
from core import brand
from core.ui.policy import policy
from tenants.console.access import reseller_staff
from tenants.console.rules import ConsoleAction
from tenants.middleware import site_for


@reseller_staff(ConsoleAction.EDIT_BRAND)
@require_safe
@xframe_options_sameorigin
def page(request: HttpRequest) -> HttpResponse:
    """A sign-in page as strangers would see it."""
    base = brand.tokens_for(site_for(request))
    draft = draft_of(request.GET, base=base, css_path=reverse("branding:preview_css"))
    response = render(request, "branding/preview.html", {"brand": draft})
    response["Content-Security-Policy"] = policy(frame_ancestors="'self'")
    return response


@reseller_staff(ConsoleAction.EDIT_BRAND)
@require_safe
def css(request: HttpRequest) -> HttpResponse:
    """Its stylesheet."""
    sheet = sheet_of(request.GET, base=brand.tokens_for(site_for(request)))
    return HttpResponse(sheet.body, content_type="text/css; charset=utf-8")
