"""Schemas as the platform knows them: the template, the warm pool, and how far the fleet has migrated.

What is done with them is tenants/schema.
"""

from django.db import models
from django.utils import timezone

from tenants.ids import uuid7
from tenants.models.workspaces import Workspace


class SchemaTemplate(models.Model):
    """The statements that build one empty workspace at one state of the migrations."""

    version = models.CharField(primary_key=True, max_length=64)
    statements = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.version


class SpareSchema(models.Model):
    """A schema with its role, built ahead and waiting in the warm pool."""

    schema = models.CharField(primary_key=True, max_length=48)
    version = models.CharField(max_length=64)
    built_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.schema


class FleetStep(models.Model):
    """One migration of a workspace's apps as SQL, rendered once on the template and replayed per schema.

    `position` is the order in which the template took them; `background` names the tasks that move data
    afterwards, workspace by workspace.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    app = models.CharField(max_length=60)
    name = models.CharField(max_length=160)
    position = models.PositiveIntegerField()
    statements = models.JSONField()
    atomic = models.BooleanField(default=True)
    background = models.JSONField(default=list)
    rendered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint("app", "name", name="fleet_step_once")]

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"


class FleetRun(models.Model):
    """One run of the fleet's migration to one version; `finished_at` stays empty for one that was killed."""

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    phase = models.CharField(max_length=20, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.version}: {self.state}"


class FleetFault(models.Model):
    """Why a schema could not be migrated, until it was; the latest reason alone."""

    schema = models.CharField(primary_key=True, max_length=48)
    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="fleet_faults")
    migration = models.CharField(max_length=220)
    error = models.CharField(max_length=500)
    attempts = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.schema}: {self.error}"


class DataRun(models.Model):
    """One data migration in one workspace: noted with the schema's migration, done later by a task."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="data_runs")
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    noted_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "key", name="data_run_once")]
        indexes = [models.Index("state", "noted_at", name="data_run_open", condition=~models.Q(state="done"))]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"
