"""AlertChoice: how one person is told. Without a row nothing is shown and nothing sounds."""

from django.conf import settings
from django.db import models

from tenants.models import WorkspaceModel


class AlertChoice(WorkspaceModel):
    """`words` lets a notification carry what was written; `others` tells of teammates' matters too."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    desktop = models.BooleanField(default=False)
    words = models.BooleanField(default=False)
    sound = models.BooleanField(default=False)
    others = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"how {self.user_id} is told"
