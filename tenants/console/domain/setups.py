"""Trying a failed set-up again, written into the log; what runs then is tenants/setup.py."""

from django.db import transaction

from tenants import setup
from tenants.audit import record
from tenants.models import SetupStep


def try_again(step: SetupStep) -> None:
    """Runs on the platform; again it does nothing that the first time did not do."""
    row = step.workspace
    with transaction.atomic():
        record("workspace.set_up_again", target=row.id, label=row.name, detail={"step": step.key})
        setup.retry(row)
