"""The reseller's own people: who they are, and a new colleague."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from tenants.console import queries
from tenants.console.access import access_own_reseller, may, reseller_staff
from tenants.console.forms import StaffForm
from tenants.console.rules import ConsoleAction
from tenants.console.staffing import add_staff
from tenants.middleware import site_for
from tenants.models import Domain
from tenants.redirects import go_to


@reseller_staff(ConsoleAction.SEE_STAFF)
@require_safe
def staff(request: HttpRequest) -> HttpResponseBase:
    """Everybody with their role."""
    people = queries.staff_of_reseller(access_own_reseller(request).id)
    may_manage = may(request, ConsoleAction.MANAGE_STAFF)
    return render(request, "console/staff.html", {"people": people, "may_manage": may_manage})


@reseller_staff(ConsoleAction.MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_new(request: HttpRequest) -> HttpResponseBase:
    """A colleague, who gets a mail with their link."""
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        domain = get_object_or_404(Domain.objects.select_related("reseller"), host=site_for(request).host)
        try:
            add_staff(domain, **form.cleaned_data, invited_by=str(request.user))
        except ValidationError as error:
            form.add_error("email", error.messages)
        else:
            messages.success(request, f"{form.cleaned_data['name']} is on the staff.")
            return go_to(request, "console:staff")
    page = "console/staff_new.html"
    return render(request, f"{page}#sheet" if "HX-Request" in request.headers else page, {"form": form})
