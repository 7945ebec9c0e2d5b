"""ApiKey: a program's way in.

Making and checking keys is domain/keys.py; how often one may be used is throttle.py.
"""

from django.conf import settings
from django.db import models

from tenants.models import WorkspaceModel


class ApiKey(WorkspaceModel):
    """A program's way in. Only the secret's hash is kept; `prefix` finds the row and is shown to people."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"
        constraints = [models.UniqueConstraint(fields=["prefix"], name="api_key_prefix")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def rests(self) -> bool:
        """Whether it does not work for now, because whoever made it has no access."""
        return self.created_by is not None and not self.created_by.is_active

    def may(self, scope: str) -> bool:
        return scope in self.scopes
