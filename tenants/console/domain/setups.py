"""Trying a failed set-up again: the record is made to wait once more, and the builder is woken.

What runs then is tenants/provisioning.py, which goes on where it stopped.
"""

from django.db import transaction

from tenants.audit import record
from tenants.models import SetupStep
from tenants.tasks import enqueue


def try_again(step: SetupStep) -> None:
    """Runs on the platform; again it does nothing that the first time did not do."""
    with transaction.atomic():
        rows = SetupStep.objects.filter(id=step.id, state=SetupStep.State.FAILED)
        rows.update(state=SetupStep.State.PENDING, error="", attempts=0)
        record(
            "workspace.set_up_again",
            target=step.workspace_id,
            label=step.workspace.name,
            detail={"step": step.key},
        )
        enqueue("tenants.fill_stock", queue="schema")
