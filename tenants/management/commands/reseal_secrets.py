"""`manage.py reseal_secrets`: after a new key was put in front of FIELD_KEYS; then the old one can go."""

from typing import Any

from tenants.context import workspace
from tenants.management.base import PlatformCommand
from tenants.models import Workspace
from tenants.secrets import reseal_all


class Command(PlatformCommand):
    help = "Encrypt every sealed secret with the newest of FIELD_KEYS, on the platform and in each workspace."

    def handle(self, *args: Any, **options: Any) -> None:
        done = reseal_all()
        rows = list(Workspace.objects.exclude(schema=None).order_by("id"))
        for row in rows:
            with workspace(row):
                done += reseal_all()
        self.stdout.write(f"{done} secrets resealed, on the platform and in {len(rows)} workspaces.")
