"""Resellers and their staff.

A reseller is asked for through `Reseller.objects.under`: the one place to change when resellers get parents.
"""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models

from tenants.ids import uuid7
from tenants.models.memory import RememberedQuerySet


class State(models.TextChoices):
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"


class ResellerQuerySet(RememberedQuerySet["Reseller"]):
    """Whose clients somebody may see is asked here and nowhere else."""

    def under(self, reseller_id: UUID | None) -> Self:
        """The reseller and, once there are such, those below it; nobody without an id."""
        return self.filter(id=reseller_id) if reseller_id else self.none()


class Reseller(models.Model):
    """Who sells Marque as their own product."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ResellerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


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
        SUPPORT = "support", "Support"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_roles")
    reseller = models.ForeignKey(Reseller, models.CASCADE, related_name="staff")
    role = models.CharField(max_length=12, choices=Role)
    invited_name = models.CharField(max_length=120, blank=True, db_default="")
    accepted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StaffQuerySet.as_manager()

    trouble = ""
    """Why their invitation did not arrive; set where lists show it (tenants/console/domain/staffing.py)."""

    class Meta:
        constraints = [models.UniqueConstraint("user", "reseller", name="staff_once_per_reseller")]

    def __str__(self) -> str:
        return f"{self.user_id} is {self.role} of {self.reseller_id}"
