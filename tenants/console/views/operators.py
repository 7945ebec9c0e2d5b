"""What only operators have: the resellers, a new one, the state of the ground."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from tenants.console import queries
from tenants.console.access import operator
from tenants.console.domain.resellers import open_with_owner
from tenants.console.forms import ResellerForm
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
            joined = open_with_owner(**form.cleaned_data, invited_by=str(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            done = f"{form.cleaned_data['name']} is created. {joined.user}, its owner, gets {joined.mail}."
            messages.success(request, done)
            return go_to(request, "console:resellers")
    page = "console/reseller_new.html"
    part = "#sheet" if "HX-Request" in request.headers else ""
    return render(request, f"{page}{part}", {"form": form}, status=422 if form.is_bound else 200)


@operator
@require_safe
def system(request: HttpRequest) -> HttpResponseBase:
    """The spare workspaces, and which walls between workspaces stand."""
    context = {"ready": stock.level(), "wanted": settings.SPARE_SCHEMAS, "walls": walls()}
    return render(request, "console/system.html", context)
