"""A job on many conversations, and its batches: which ones, settled when it was asked for, as they were."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.accounts.rules import Action
from inbox.bulk.enums import Act, BatchState, JobState
from tenants.models import WorkspaceModel


class BulkJob(WorkspaceModel):
    """One act on `total` conversations, which stand in its batches from the moment it was asked for.

    `value` is what the act needs (forms.py), `says` both in words. `skipped` had it already or could not have
    it. `undone` were taken back, `kept` were not, because somebody had changed them since.
    """

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    act = models.CharField(max_length=12, choices=Act)
    value = models.JSONField(default=dict)
    says = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.RUNNING)
    why = models.CharField(max_length=200, blank=True)
    total = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    skipped = models.IntegerField(default=0)
    undone = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(default=timezone.now)
    undo_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_by", "created_at"], name="bulk_jobs_of"),
            models.Index(fields=["state", "moved_at"], name="bulk_jobs_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.says}: {self.total}"

    @property
    def done(self) -> int:
        """How many it has looked at."""
        return self.changed + self.skipped

    @property
    def left(self) -> int:
        """How many it has not looked at."""
        return self.total - self.done

    @property
    def needs(self) -> Action:
        """What somebody must be allowed to."""
        return Act(self.act).needs

    @property
    def percent(self) -> int:
        """0 to 100, of what it does or takes back."""
        part, whole = (
            (self.undone + self.kept, self.changed)
            if self.state == JobState.UNDOING
            else (self.done, self.total)
        )
        return part * 100 // whole if whole else 100

    @property
    def is_moving(self) -> bool:
        return self.state in {JobState.RUNNING, JobState.UNDOING}

    @property
    def can_be_undone(self) -> bool:
        ended = self.state in {JobState.DONE, JobState.STOPPED}
        return ended and bool(self.changed and self.undo_until and self.undo_until > timezone.now())


class BulkBatch(WorkspaceModel):
    """Some of a job's conversations. `before` is what those that were changed had been (domain/acts.py)."""

    job = models.ForeignKey(BulkJob, models.CASCADE, related_name="batches", db_index=False)
    number = models.IntegerField()
    ids = models.JSONField(default=list)
    before = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=BatchState, default=BatchState.WAITING)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="bulk_batch_in_order")]

    def __str__(self) -> str:
        return f"{self.number} of {self.job_id}"
