"""When facts are folded: at the next full minute, whatever comes until then."""

from datetime import datetime, timedelta

from django.utils import timezone

from tenants.context import current_workspace
from tenants.due import note_due

FOLD = "inbox.fold_reports"
"""The kind of due work that folds facts into days."""

_noted: dict[str, datetime] = {}


def wake_soon() -> None:
    """After the commit: one hint a minute from each process, however much happens.

    A hint that is lost with a rolled-back transaction is made up for a minute later, or by the sweep.
    """
    minute = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    schema = current_workspace().schema
    if _noted.get(schema) != minute:
        _noted[schema] = minute
        note_due(FOLD, minute)
