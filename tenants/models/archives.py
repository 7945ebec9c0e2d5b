"""What a console asked the builder for: workspaces that are written into files, and brought in from files.

How far one is stands in the cache (tenants/archive/progress.py) under the row's id. The acts are
tenants/archive/exporting.py and importing.py.
"""

from pathlib import PurePath

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tenants.ids import uuid7
from tenants.models.resellers import Reseller
from tenants.models.workspaces import Workspace


class WorkspaceExport(models.Model):
    """One export that `person`, name and address, asked for; `file` is its name in the store while kept.

    `size` is in bytes, `error` for people.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being written"
        DONE = "done", "Ready"
        FAILED = "failed", "Failed"

    OPEN = (State.WAITING, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="exports")
    person = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    file = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("workspace", F("asked_at").desc(), name="export_newest")]
        constraints = [
            models.UniqueConstraint(
                "workspace", name="export_one_at_a_time", condition=Q(state__in=["waiting", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.state}"


class WorkspaceImport(models.Model):
    """A file that `person` of a reseller's staff brought, on its way to become a workspace.

    The workspace gets this row's id, so that a try that was cut off after it was made is known for one that
    was done. `upload` is the file's name in the store while it is kept, `filename` what it was called and
    `size` its bytes; `facts` is what the checked archive says of itself (archive/importing.py). `schema` is
    the one that it is brought into, the same with each try.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        READY = "ready", "Checked"
        IMPORTING = "importing", "Being brought in"
        DONE = "done", "Brought in"
        FAILED = "failed", "Failed"

    GOING_ON = (State.CHECKING, State.IMPORTING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reseller = models.ForeignKey(Reseller, models.CASCADE, related_name="imports")
    person = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    upload = models.CharField(max_length=200, blank=True)
    filename = models.CharField(max_length=200)
    size = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    name = models.CharField(max_length=120, blank=True)
    host = models.CharField(max_length=253, blank=True)
    schema = models.CharField(max_length=48, blank=True)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("reseller", F("asked_at").desc(), name="import_newest")]

    def __str__(self) -> str:
        return self.name or PurePath(self.filename).stem
