"""What each role of a reseller's staff may do, and giving somebody another one.

Inviting and removing people is staff.py next door; the table itself is rules.py.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from tenants.console.access import access_staff, reseller_staff
from tenants.console.domain.staffing import change_role
from tenants.console.forms import RoleForm
from tenants.console.rules import ConsoleAction, role_table
from tenants.console.sheets import render_in_sheet
from tenants.redirects import go_to


@reseller_staff(ConsoleAction.SEE_STAFF)
@require_safe
def roles(request: HttpRequest) -> HttpResponseBase:
    """What each role may do; in the sheet or as a page."""
    return render_in_sheet(request, "console/staff_roles.html", {"roles": role_table()})


@reseller_staff(ConsoleAction.MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_role(request: HttpRequest, staff_id: UUID) -> HttpResponseBase:
    """Choose a role for somebody, with what each may do beside it."""
    person = access_staff(request, staff_id)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        try:
            change_role(person, role=form.cleaned_data["role"])
        except ValidationError as error:
            form.add_error("role", error)
        else:
            messages.success(request, f"{person.user.email} is {person.get_role_display()} now.")
            return go_to(request, "console:staff")
    chosen = form["role"].value()
    context = {"person": person, "form": form, "roles": role_table(), "chosen": chosen}
    status = 422 if form.is_bound else 200
    return render_in_sheet(request, "console/staff_role.html", context, status=status)
