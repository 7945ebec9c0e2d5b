"""What `public` is told of a fleet run while it goes on: the run, each workspace's version, each fault.

All of it may lag behind the schemas by a moment and is caught up by the next run.
"""

from collections.abc import Sequence

from django.db.models import F
from django.utils import timezone

from tenants.context import platform
from tenants.models import FleetFault, FleetRun, Workspace
from tenants.schema.fleet.crew import Outcome


def close_killed() -> None:
    """Only one run goes on at a time: another that still says so when one begins was killed."""
    with platform():
        FleetRun.objects.filter(state=FleetRun.State.RUNNING).update(state=FleetRun.State.STOPPED)


class Ledger:
    """The record of one run, begun with it. Each call writes once, however many schemas it is about."""

    def __init__(self, *, version: str, total: int) -> None:
        with platform():
            self.run = FleetRun.objects.create(version=version, total=total)

    def begin(self, phase: str) -> None:
        self.run.phase = phase
        with platform():
            self.run.save(update_fields=["phase"])

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Write down what these came to."""
        fine = [one for one in outcomes if not one.error]
        bad = [one for one in outcomes if one.error]
        if not outcomes:
            return
        ids = [one.target.workspace_id for one in fine if one.target.workspace_id]
        with platform():
            Workspace.objects.filter(id__in=ids).update(migrated_to=self.run.version)
        self.forget_faults(fine)
        for one in bad:
            if one.target.workspace_id:  # a spare goes, and its fault with it
                self.keep_fault(one)
        self.run.done += len(fine)
        self.run.failed += len(bad)
        # A release that is still running may have made more of them meanwhile.
        self.run.total = max(self.run.total, self.run.done + self.run.failed)
        with platform():
            self.run.save(update_fields=["total", "done", "failed"])

    def forget_faults(self, outcomes: Sequence[Outcome]) -> None:
        with platform():
            FleetFault.objects.filter(schema__in=[one.target.schema for one in outcomes]).delete()

    def keep_fault(self, outcome: Outcome) -> None:
        facts = {
            "workspace_id": outcome.target.workspace_id,
            "migration": outcome.migration,
            "error": outcome.error,
            "at": timezone.now(),
        }
        again = {**facts, "attempts": F("attempts") + 1}
        with platform():
            FleetFault.objects.update_or_create(
                schema=outcome.target.schema, defaults=again, create_defaults=facts
            )

    def finish(self, *, stopped: bool) -> None:
        self.run.state = FleetRun.State.STOPPED if stopped else FleetRun.State.DONE
        self.run.finished_at = timezone.now()
        with platform():
            self.run.save(update_fields=["state", "finished_at"])
