"""The team's side of web forms: the list with its links, making one, changing one."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import member, requires, user_for
from core.brand import tokens_for_customers
from core.sending.identity import mail_domain
from core.ui.htmx import wants_partial
from core.ui.policy import policy
from inbox.transports.form.access import access_form
from inbox.transports.form.domain.forms import ChangedMeanwhile, save_form
from inbox.transports.form.forms.builder import Builder
from inbox.transports.form.forms.submission import SubmissionForm
from inbox.transports.form.models import LeadForm
from tenants.middleware import site_for
from tenants.sites import origin

ACTS = {"add", "up", "down", "remove", "draw"}
"""What the builder's buttons do to the page; nothing is stored."""


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
    if request.method != "POST":
        return _builder(request, Builder(lead_form))
    verb, _, name = request.POST.get("do", "").partition(":")
    if verb in ACTS:
        builder = Builder(lead_form, request.POST, draft=True)
        builder.act(verb, name)
        return _builder(request, builder)
    builder = Builder(lead_form, request.POST)
    if not builder.is_valid():
        return _builder(request, builder, status=422)
    try:
        save_form(
            builder.lead_form, fields=builder.entries, seen={builder.opened, request.POST.get("over", "")}
        )
    except ChangedMeanwhile as changed:
        return _builder(request, builder, theirs=changed.stamp, status=409)
    messages.success(request, "The form is saved.")
    return redirect("forms:list")


def _builder(request: HttpRequest, builder: Builder, *, theirs: str = "", status: int = 200) -> HttpResponse:
    """The page with what is typed; `theirs` is the stamp of what somebody else stored meanwhile."""
    row = builder.lead_form
    saved = not row._state.adding
    at = reverse("forms:preview", args=[row.id]) if saved else reverse("forms:new_preview")
    context = {"builder": builder, "lead_form": row if saved else None, "preview_url": at, "theirs": theirs}
    part = "#builder" if wants_partial(request, "builder") else ""
    return render(request, f"forms/edit.html{part}", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
@requires("manage_forms")
def new_preview(request: HttpRequest) -> HttpResponse:
    return _preview(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
@requires("manage_forms")
def preview(request: HttpRequest, form_id: UUID) -> HttpResponse:
    return _preview(request, access_form(user_for(request), id=form_id))


def _preview(request: HttpRequest, lead_form: LeadForm | None) -> HttpResponse:
    """The form as strangers see it, with what is typed and not saved; it sends nothing."""
    drawn = Builder(lead_form, request.POST if request.method == "POST" else None, draft=True).drawn
    brand = tokens_for_customers(site_for(request))
    context = {"lead_form": drawn, "form": SubmissionForm(drawn), "brand": brand}
    response = render(request, "forms/preview.html", context)
    response["Content-Security-Policy"] = policy(frame_ancestors="'self'")
    return response


def _ways(rows: Iterable[LeadForm]) -> dict[str, Any]:
    """Forms with their addresses, and where mail arrives."""
    host = mail_domain()
    base = origin(host)
    return {"forms": [_with_addresses(row, base=base) for row in rows], "mail_domain": host}


def _with_addresses(row: LeadForm, *, base: str) -> LeadForm:
    row.public_url = base + reverse("forms:public", args=[row.slug])
    row.embed_url = base + reverse("forms:embed.js", args=[row.slug])
    return row
