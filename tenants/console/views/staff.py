"""The reseller's own people: who they are, somebody new, an invitation once more, somebody taken off.

An invitation to another address is corrections.py next door.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.console import queries
from tenants.console.access import access_own_reseller, access_staff, may, reseller_staff
from tenants.console.domain.staffing import add_staff, invite_again, remove_staff, with_troubles
from tenants.console.forms import StaffForm
from tenants.console.rules import ConsoleAction, role_table
from tenants.console.sheets import render_in_sheet
from tenants.middleware import site_for
from tenants.redirects import go_to


@reseller_staff(ConsoleAction.SEE_STAFF)
@require_safe
def staff(request: HttpRequest) -> HttpResponseBase:
    """Everybody with their role."""
    people = with_troubles(queries.staff_of_reseller(access_own_reseller(request).id))
    may_manage = may(request, ConsoleAction.MANAGE_STAFF)
    return render(request, "console/staff.html", {"people": people, "may_manage": may_manage})


@reseller_staff(ConsoleAction.MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_new(request: HttpRequest) -> HttpResponseBase:
    """Somebody new. What is said is the same for every address, whether or not it has an account."""
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reseller = access_own_reseller(request)
        try:
            person = add_staff(
                reseller, site=site_for(request), **form.cleaned_data, invited_by=str(request.user)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"We sent an invitation to {person.user.email}.")
            return go_to(request, "console:staff")
    context = {"form": form, "roles": role_table()}
    status = 422 if form.is_bound else 200
    return render_in_sheet(request, "console/staff_new.html", context, status=status)


@reseller_staff(ConsoleAction.MANAGE_STAFF)
@require_POST
def staff_resend(request: HttpRequest, staff_id: UUID) -> HttpResponseBase:
    """The invitation once more, to somebody who has not come in yet."""
    person = access_staff(request, staff_id)
    try:
        invite_again(person, site=site_for(request), invited_by=str(request.user))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"We sent another invitation to {person.user.email}.")
    return go_to(request, "console:staff")


@reseller_staff(ConsoleAction.MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_remove(request: HttpRequest, staff_id: UUID) -> HttpResponseBase:
    """What taking somebody off the staff does, and doing it."""
    person = access_staff(request, staff_id)
    if request.method != "POST":
        return render_in_sheet(request, "console/staff_remove.html", {"person": person})
    try:
        remove_staff(person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{person.user.email} is not on the staff any more.")
    return go_to(request, "console:staff")
