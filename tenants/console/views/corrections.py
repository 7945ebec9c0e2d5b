"""An invitation that did not reach its person, sent to another address: by the reseller, or by operators.

The staff itself is staff.py next door; a workspace's owner is put right in creation.py.
"""

from functools import partial
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.views.decorators.http import require_http_methods

from tenants.console.access import access_staff, operator, reseller_staff
from tenants.console.domain.resellers import correct_as_operator
from tenants.console.domain.staffing import correct_invitation, with_troubles
from tenants.console.forms import InvitedForm
from tenants.console.rules import ConsoleAction
from tenants.console.sheets import render_in_sheet
from tenants.middleware import site_for
from tenants.models import Staff
from tenants.redirects import go_to


class Correct(Protocol):
    """Send the invitation to this address. Raises ValidationError."""

    def __call__(self, staff: Staff, *, email: str, name: str, invited_by: str) -> Staff: ...


@reseller_staff(ConsoleAction.MANAGE_STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_correct(request: HttpRequest, staff_id: UUID) -> HttpResponseBase:
    """Another address for somebody who has not come in, and their invitation once more."""
    person, site = access_staff(request, staff_id), site_for(request)
    return _correct(request, person, run=partial(correct_invitation, site=site), back="console:staff")


@operator
@require_http_methods(["GET", "HEAD", "POST"])
def reseller_staff_correct(request: HttpRequest, staff_id: UUID) -> HttpResponseBase:
    """The same for operators: a reseller whose owner was never reached cannot do it itself."""
    person = access_staff(request, staff_id)
    back = resolve_url("console:reseller", person.reseller_id)
    return _correct(request, person, run=correct_as_operator, back=back)


def _correct(request: HttpRequest, person: Staff, *, run: Correct, back: str) -> HttpResponseBase:
    if person.accepted_at is not None:
        messages.error(request, f"{person.user} has come in, and looks after their address alone.")
        return go_to(request, back)
    known = {"name": person.invited_name, "email": person.user.email}
    form = InvitedForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            corrected = run(person, **form.cleaned_data, invited_by=str(request.user))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"We sent an invitation to {corrected.user.email}.")
            return go_to(request, back)
    [shown] = with_troubles([person])
    context = {"form": form, "person": shown, "back_url": resolve_url(back)}
    status = 422 if form.is_bound else 200
    return render_in_sheet(request, "console/staff_correct.html", context, status=status)
