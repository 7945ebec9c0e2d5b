"""What stands in `public`: resellers, workspaces, domains, reseller staff, spare schemas, due work.

The base of every model that lives in a workspace is here too; the acts on these rows are in provisioning.py
and lifecycle.py.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenants.ids import uuid7
from tenants.stamps import StampedQuerySet, check_stamp, stamp


class WorkspaceModel(models.Model):
    """A row that belongs to the place it was made or loaded in, and refuses to be written elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    objects = StampedQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Self:
        instance = super().from_db(db, field_names, values, **kwargs)
        stamp(instance)
        return instance

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        check_stamp(self)
        super().save_base(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check_stamp(self)
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        check_stamp(self)
        super().refresh_from_db(*args, **kwargs)


class State(models.TextChoices):
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"


class Reseller(models.Model):
    """Who sells Marque as their own product."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Workspace(models.Model):
    """One client of a reseller; its data stands in `schema`, empty until a spare schema was claimed."""

    class State(models.TextChoices):
        BUILDING = "building", "Being set up"
        ACTIVE = "active", "Active"
        SUSPENDED = "suspended", "Suspended"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reseller = models.ForeignKey(Reseller, models.PROTECT, related_name="workspaces")
    name = models.CharField(max_length=120)
    schema = models.CharField(max_length=48, unique=True, null=True)  # noqa: DJ001 - NULL is not unique, "" would be
    state = models.CharField(max_length=12, choices=State, default=State.BUILDING)
    owner_email = models.EmailField(max_length=254)
    owner_name = models.CharField(max_length=120, blank=True)
    migrated_to = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    auto_drop_schema = False  # asked by django-tenants when a row is deleted; a row never takes data along

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="workspace_active_has_schema",
                condition=Q(state="building") | Q(schema__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Domain(models.Model):
    """A host name we answer to, and for whom."""

    class Kind(models.TextChoices):
        PLATFORM = "platform", "Operator console"
        RESELLER = "reseller", "Reseller console"
        WORKSPACE = "workspace", "Workspace"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    host = models.CharField(max_length=253, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    reseller = models.ForeignKey(Reseller, models.CASCADE, null=True, related_name="domains")
    workspace = models.ForeignKey(Workspace, models.CASCADE, null=True, related_name="domains")
    is_primary = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["host"]
        constraints = [
            models.CheckConstraint(
                name="domain_host_is_lower_case", condition=Q(host=models.functions.Lower("host"))
            ),
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


class StaffQuerySet(models.QuerySet["Staff"]):
    """Whoever asks for rights asks `accepted()`: an invitation alone gives none."""

    def accepted(self) -> Self:
        return self.filter(accepted_at__isnull=False)

    def pending(self) -> Self:
        return self.filter(accepted_at__isnull=True)


class Staff(models.Model):
    """A person of a reseller: a user in `public` with a role at one reseller, once they have accepted it.

    Until then only what was typed is shown: who has an account elsewhere is nobody's business here.
    """

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        ADMIN = "admin", "Admin"
        BILLING = "billing", "Billing"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_roles")
    reseller = models.ForeignKey(Reseller, models.CASCADE, related_name="staff")
    role = models.CharField(max_length=12, choices=Role)
    invited_name = models.CharField(max_length=120, blank=True, db_default="")
    accepted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "reseller", name="staff_once_per_reseller")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.reseller_id}"


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
