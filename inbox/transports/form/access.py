"""From an id somebody sent to a form they may change: the only way in."""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from inbox.transports.form.models import LeadForm


def access_form(user: User, *, id: UUID) -> LeadForm:
    """Every form of the workspace is open to those who may manage forms. Raises Http404."""
    found: LeadForm | None = LeadForm.objects.filter(id=id).first()
    if found is None:
        raise Http404("no such form")
    return found
