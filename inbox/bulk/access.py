"""From an id somebody sent to a job: their own, and nobody else's."""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from inbox.bulk.models import BulkJob


def access_job(user: User, *, id: UUID) -> BulkJob:
    """A job that this user asked for. Raises Http404."""
    found: BulkJob | None = BulkJob.objects.filter(id=id, asked_by=user).first()
    if found is None:
        raise Http404("no such job")
    return found
