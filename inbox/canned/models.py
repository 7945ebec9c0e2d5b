"""CannedReply: a text with merge tags, the workspace's or one person's own."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from tenants.models import WorkspaceModel


class CannedReply(WorkspaceModel):
    """`code` is what is typed after a slash; without `owner` it is everybody's."""

    name = models.CharField(max_length=80)
    code = models.CharField(max_length=32)
    text = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("code"), condition=Q(owner=None), name="canned_shared_once"),
            models.UniqueConstraint("owner", Lower("code"), name="canned_own_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None
