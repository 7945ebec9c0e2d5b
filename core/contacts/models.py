"""Contact and Company: fields, keys that the database keeps unique, and how a person is shown.

Finding or making one is domain/identify.py; lists are queries.py.
"""

from django.db import models
from django.db.models import F, GeneratedField, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.functional import cached_property

from core.sending.domain.suppress import why_unreachable
from core.sending.models import Suppression
from core.text import Folded, hue_of, initials
from tenants.models import WorkspaceModel


class Company(WorkspaceModel):
    """Where contacts work."""

    name = models.CharField(max_length=200)
    name_key = GeneratedField(
        expression=Folded("name"), output_field=models.TextField(), db_persist=True, editable=False
    )
    domain = models.CharField(max_length=253, null=True, blank=True)  # noqa: DJ001 - NULL is not unique, '' would be
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "companies"
        constraints = [
            models.UniqueConstraint(fields=["domain"], name="company_domain"),
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(domain=None), name="company_name_without_domain"
            ),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="company_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def hue(self) -> int:
        return hue_of(self.id)

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def display_name(self) -> str:
        return self.name


class Contact(WorkspaceModel):
    """A person outside the workspace. `source_*` say where they came from first and last."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    email_key = models.CharField(max_length=254, null=True, editable=False)  # noqa: DJ001 - as above
    phone = models.CharField(max_length=40, blank=True)
    phone_e164 = models.CharField(max_length=16, null=True, editable=False)  # noqa: DJ001 - as above
    company = models.ForeignKey(Company, models.SET_NULL, null=True, blank=True, related_name="contacts")
    title = models.CharField(max_length=120, blank=True)
    source_first = models.CharField(max_length=80, blank=True)
    source_last = models.CharField(max_length=80, blank=True)
    sort_key = GeneratedField(
        expression=Folded(Coalesce(NullIf(F("name"), Value("")), F("email"))),
        output_field=models.TextField(),
        db_persist=True,
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email_key"], name="contact_email"),
            # Without an address the number is who somebody is; with one, families and offices may share it.
            models.UniqueConstraint(
                fields=["phone_e164"], condition=Q(email_key=None), name="contact_phone_without_email"
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="contact_by_name"),
            models.Index(fields=["phone_e164"], name="contact_by_phone"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @cached_property
    def unreachable(self) -> Suppression.Reason | None:
        """Why no mail goes to their address; asked of the database once."""
        return why_unreachable(self.email) if self.email else None

    @property
    def display_name(self) -> str:
        return self.name or self.email or self.phone or "Unknown person"

    @property
    def initials(self) -> str:
        return initials(self.name or self.email)

    @property
    def hue(self) -> int:
        return hue_of(self.id)
