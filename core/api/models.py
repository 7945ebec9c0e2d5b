"""ApiKey, and the counters that hold limits while Redis is away.

Making and checking keys is domain/keys.py; counting is throttle.py.
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

    def may(self, scope: str) -> bool:
        return scope in self.scopes


class ThrottleCount(WorkspaceModel):
    """How often something happened in one window of time, counted here while Redis is away."""

    name = models.CharField(max_length=200)
    hits = models.PositiveIntegerField(default=1)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="throttle_count_name")]

    def __str__(self) -> str:
        return f"{self.name}: {self.hits}"
