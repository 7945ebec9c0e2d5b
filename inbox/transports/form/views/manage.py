"""The team's side of web forms: the list with its links, making one, changing one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import member, requires, user_for
from core.sending.identity import mail_domain
from inbox.transports.form.access import access_form
from inbox.transports.form.domain.forms import save_form
from inbox.transports.form.forms import LeadFormForm
from inbox.transports.form.models import LeadForm
from tenants.sites import origin


@require_safe
@requires("manage_forms")
def form_list(request: HttpRequest) -> HttpResponse:
    return render(request, "forms/list.html", _ways(LeadForm.objects.all()))


@require_safe
@member
def ways(request: HttpRequest) -> HttpResponse:
    """A part of the inbox that holds no conversation yet: how leads get in."""
    return render(request, "forms/ways.html", _ways(LeadForm.objects.filter(is_active=True)[:1]))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("manage_forms")
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("manage_forms")
def edit(request: HttpRequest, form_id: UUID) -> HttpResponse:
    return _edit(request, access_form(user_for(request), id=form_id))


def _edit(request: HttpRequest, lead_form: LeadForm | None) -> HttpResponse:
    form = LeadFormForm(request.POST if request.method == "POST" else None, instance=lead_form)
    if form.is_valid():
        save_form(form.instance, fields=form.chosen_fields())
        messages.success(request, "The form is saved.")
        return redirect("forms:list")
    context = {"form": form, "lead_form": lead_form}
    return render(request, "forms/edit.html", context, status=422 if form.is_bound else 200)


def _ways(rows: Iterable[LeadForm]) -> dict[str, Any]:
    """Forms with their addresses, and where mail arrives."""
    host = mail_domain()
    base = origin(host)
    return {"forms": [_with_addresses(row, base=base) for row in rows], "mail_domain": host}


def _with_addresses(row: LeadForm, *, base: str) -> LeadForm:
    row.public_url = base + reverse("forms:public", args=[row.slug])
    row.embed_url = base + reverse("forms:embed.js", args=[row.slug])
    return row
