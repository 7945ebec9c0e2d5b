"""A workspace's set-up as people watch it: each step with its state, and what is to be done where one failed.

The steps are run and recorded by tenants/setup.py.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from tenants import onboarding
from tenants.models import SetupStep, Workspace
from tenants.setup import due_again, words_of
from tenants.sites import origin


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step; `took` in seconds, None until it is done, `again_at` when a failed one is tried by itself."""

    label: str
    took: float | None
    error: str = ""
    attempts: int = 0
    again_at: datetime | None = None

    @property
    def done(self) -> bool:
        return self.took is not None


@dataclass(frozen=True, slots=True)
class Progress:
    """The set-up as a whole; `url` is the workspace's address, `took` the seconds until it was ready."""

    steps: list[StepShown]
    url: str
    took: float

    @property
    def done_count(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def failed(self) -> StepShown | None:
        return next((step for step in self.steps if step.error), None)

    @property
    def current(self) -> StepShown | None:
        """The one that is being worked at, unless it failed."""
        first = next((step for step in self.steps if not step.done), None)
        return first if first and not first.error else None


def progress_of(workspace: Workspace) -> Progress:
    """The claim first, then the recorded steps in order."""
    rows = list(SetupStep.objects.filter(workspace=workspace).order_by("id"))
    hosts = workspace.domains.filter(is_primary=True).values_list("host", flat=True)
    ended = max((row.finished_at for row in rows if row.finished_at), default=workspace.created_at)
    return Progress(
        steps=_steps(workspace, rows),
        url=next((f"{origin(host)}/" for host in hosts), ""),
        took=max(0.0, (ended - workspace.created_at).total_seconds()),
    )


def _steps(workspace: Workspace, rows: list[SetupStep]) -> list[StepShown]:
    labels = onboarding.labels()
    claimed = _made_at(rows[0].id) if rows else None
    shown = [StepShown("Make the workspace", _seconds(workspace.created_at, claimed))]
    before = claimed
    for row in rows:
        shown.append(_shown(row, label=labels.get(row.key, row.key), before=before))
        before = row.finished_at if row.state == SetupStep.State.DONE else before
    return shown


def _shown(row: SetupStep, *, label: str, before: datetime | None) -> StepShown:
    done_at = row.finished_at if row.state == SetupStep.State.DONE else None
    failed = row.state == SetupStep.State.FAILED
    words = words_of(row) or "It is a fault on our side, which the platform’s people can see."
    return StepShown(label, _seconds(before, done_at), words if failed else "", row.attempts, due_again(row))


def _made_at(id: UUID) -> datetime:
    """When a row was made: the first 48 bits of its id are milliseconds (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return max(0.0, (end - start).total_seconds()) if start and end else None
