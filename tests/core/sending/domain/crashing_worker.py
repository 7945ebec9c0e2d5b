"""A worker process that kills itself with SIGKILL at a chosen point of a hand-over; run by test_crash.py.

Arguments: the point, the workspace's id, SMTP_URL, then delivery ids.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(step: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> None:
        step(*args, **kwargs)
        die()

    return run


def arm(point: str) -> None:
    from core.sending.domain import handoff, settle
    from core.sending.smtp import Transport

    holder, name, dies_after = {
        "after the claim": (handoff, "compose", False),
        "before the end of the data": (Transport, "_finish", False),
        "after the acceptance": (Transport, "send", True),
        "before the settling commits": (
            settle,
            "announce",
            False,
        ),  # the row is written, the transaction open
        "after the settling": (handoff, "settle_sent", True),
    }[point]
    setattr(holder, name, after(getattr(holder, name)) if dies_after else die)


def main(point: str, workspace_id: str, smtp_url: str, *ids: str) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "deploy.settings"
    django.setup()

    from django.conf import settings

    from core.sending import registry
    from core.sending.domain.handoff import hand_over
    from tenants.context import platform, workspace
    from tenants.models import Workspace
    from tests.core.sending.conftest import NOTE, compose_note

    settings.SMTP_URL = smtp_url
    registry.register_composer(NOTE, compose_note)
    arm(point)
    with platform():
        row = Workspace.objects.get(id=workspace_id)
    with workspace(row):
        hand_over(UUID(id) for id in ids)


if __name__ == "__main__":
    main(*sys.argv[1:])
