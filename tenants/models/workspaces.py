"""Workspaces, where they are found, how they are set up, and what is known about them from outside.

The acts on these rows are tenants/provisioning.py and tenants/states.py.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from tenants.hosts.lookalikes import letters, skeleton
from tenants.ids import uuid7
from tenants.models.memory import RememberedQuerySet
from tenants.models.resellers import Reseller
from tenants.models.resellers import State as ResellerState


class Workspace(models.Model):
    """One client of a reseller; its data stands in `schema`.

    `schema` is empty until a spare one was claimed, and again once an archived workspace's was written to the
    archive store as `archive` and dropped. `drop_at` says when that happens, `purge_at` when a deleted
    workspace is gone for good. `starter` names the template its set-up follows. `suspended_by` is the side
    that suspended it, and stays with one that was archived then.
    """

    class State(models.TextChoices):
        BUILDING = "building", "Being set up"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Past due"
        SUSPENDED = "suspended", "Suspended"
        ARCHIVED = "archived", "Archived"
        DELETED = "deleted", "Deleted"

    class Side(models.TextChoices):
        PLATFORM = "platform", "The platform"
        RESELLER = "reseller", "Its reseller"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="workspaces")
    name = models.CharField(max_length=120)
    schema = models.CharField(max_length=48, unique=True, null=True)  # noqa: DJ001 - NULL is not unique, "" would be
    state = models.CharField(max_length=12, choices=State, default=State.BUILDING)
    state_since = models.DateTimeField(default=timezone.now, null=True)
    suspended_by = models.CharField(max_length=12, choices=Side, blank=True, default="", db_default="")
    owner_email = models.EmailField(max_length=254)
    owner_name = models.CharField(max_length=120, blank=True)
    starter = models.ForeignKey("tenants.StarterTemplate", models.SET_NULL, null=True, related_name="+")
    migrated_to = models.CharField(max_length=64, blank=True)
    drop_at = models.DateTimeField(null=True)
    purge_at = models.DateTimeField(null=True)
    archive = models.CharField(max_length=200, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    OPEN = (State.ACTIVE, State.PAST_DUE)
    """Those whose people come in, if only to read: their work is done and their sockets stay."""

    objects = RememberedQuerySet.as_manager()

    auto_drop_schema = False  # asked by django-tenants when a row is deleted; a row never takes data along

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="workspace_open_has_schema",
                condition=Q(state__in=["building", "archived", "deleted"]) | Q(schema__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def suspender(self) -> str:
        """The side that suspended it, "" while it is not; the platform where nobody noted it.

        So a reseller lifts no suspension that may not be theirs.
        """
        return (self.suspended_by or self.Side.PLATFORM) if self.state == self.State.SUSPENDED else ""


def works(workspace: str = "") -> Q:
    """Whether a workspace is open, and its reseller too; `workspace` is the path to it, as `workspace__`."""
    return Q((f"{workspace}state__in", Workspace.OPEN), (f"{workspace}reseller__state", ResellerState.ACTIVE))


class StarterTemplate(models.Model):
    """What a new workspace starts with: content by part, each part registered by the app it belongs to.

    Without a reseller it is the platform's own and offered to all.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reseller = models.ForeignKey(Reseller, models.CASCADE, null=True, related_name="starters")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    parts = models.JSONField(default=dict)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("reseller", "name", name="starter_named_once", nulls_distinct=False),
            models.UniqueConstraint(
                "reseller", name="starter_one_default", condition=Q(is_default=True), nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WorkspaceFacts(models.Model):
    """What was last seen inside a workspace, by gauge, so that lists never look into each schema."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="facts")
    values = models.JSONField(default=dict)
    gathered_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"facts of {self.workspace_id}"


class Domain(models.Model):
    """A host name we answer to, and for whom; `skeleton` is equal for names that look alike (hosts/).

    `letters` names the table that the skeleton was made by, "" where an older release wrote the row.
    """

    class Kind(models.TextChoices):
        PLATFORM = "platform", "Operator console"
        RESELLER = "reseller", "Reseller console"
        WORKSPACE = "workspace", "Workspace"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=253, unique=True)
    skeleton = models.CharField(max_length=300, blank=True, db_default="", db_index=True)
    letters = models.CharField(max_length=12, blank=True, db_default="")
    kind = models.CharField(max_length=12, choices=Kind)
    reseller = models.ForeignKey(Reseller, models.CASCADE, null=True, related_name="domains")
    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="domains")
    is_primary = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RememberedQuerySet.as_manager()

    class Meta:
        ordering = ["host"]
        indexes = [models.Index("letters", name="domain_by_letters")]
        constraints = [
            models.CheckConstraint(name="domain_host_is_lower_case", condition=Q(host=Lower("host"))),
            models.CheckConstraint(
                name="domain_belongs_to_its_kind",
                condition=Q(kind="platform", reseller__isnull=True, workspace__isnull=True)
                | Q(kind="reseller", reseller__isnull=False, workspace__isnull=True)
                | Q(kind="workspace", reseller__isnull=False, workspace__isnull=False),
            ),
            models.UniqueConstraint(
                "workspace",
                name="domain_one_primary_per_workspace",
                condition=Q(kind="workspace", is_primary=True),
            ),
            models.UniqueConstraint(
                "reseller",
                name="domain_one_primary_per_reseller",
                condition=Q(kind="reseller", is_primary=True),
            ),
            models.UniqueConstraint(
                "kind",
                name="domain_one_primary_of_the_platform",
                condition=Q(kind="platform", is_primary=True),
            ),
        ]

    def __str__(self) -> str:
        return self.host

    def save(self, *args: Any, **kwargs: Any) -> None:
        """How a name looks is kept with the name, whoever writes it."""
        self.skeleton, self.letters = skeleton(self.host), letters()
        if (fields := kwargs.get("update_fields")) and "host" in fields:
            kwargs["update_fields"] = {*fields, "skeleton", "letters"}
        super().save(*args, **kwargs)


class SetupStep(models.Model):
    """One recorded step of a workspace's set-up, so that a crash is resumed and never repeated."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="steps")
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    error = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "key", name="setup_step_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class WorkDue(models.Model):
    """Work of a workspace that falls due at a time: a hint for the scheduler, never the truth itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    kind = models.CharField(max_length=60)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("workspace", "kind", "due_at", name="work_due_once")]
        indexes = [models.Index("due_at", name="work_due_at")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.due_at:%Y-%m-%d %H:%M:%S}"
