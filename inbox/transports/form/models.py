"""LeadForm: what a hosted form asks and says.

Its public page is views/public.py; a submission becomes a lead in domain/submit.py.
"""

from django.db import models
from django.utils import timezone

from inbox.transports.form.rules import FieldKind, default_fields, known_fields
from tenants.models import WorkspaceModel


class LeadForm(WorkspaceModel):
    """A form on a page of its own at /f/<slug>/, which other sites may embed."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    intro = models.CharField(max_length=500, blank=True)
    button = models.CharField(max_length=40, default="Send")
    thanks = models.CharField(max_length=500, default="Thank you. We have your message and will answer soon.")
    fields = models.JSONField(default=default_fields)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["created_at", "id"]

    # Absolute addresses, set for the page that shows them; never stored here.
    public_url = ""
    embed_url = ""

    def __str__(self) -> str:
        return self.title

    @property
    def shown_fields(self) -> list[tuple[FieldKind, bool]]:
        return known_fields(self.fields)

    @property
    def source(self) -> str:
        """How leads from this form name where they came from."""
        return f"form:{self.slug}"
