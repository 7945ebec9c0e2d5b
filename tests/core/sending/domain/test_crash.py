"""A worker killed at any point of a hand-over: nobody gets a mail twice, and what is not known is said so."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core.sending.domain.handoff import hand_over
from core.sending.domain.queue import queue
from core.sending.domain.sweep import sweep
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tests.core.sending.conftest import NOTE
from tests.core.sending.sink import Sink

ROOT = Path(__file__).resolve().parents[4]
POINTS = {
    # point: what the first delivery ends as, and whether its mail had left
    "after the claim": ("unknown", 0),
    "before the end of the data": ("unknown", 0),
    "after the acceptance": ("unknown", 1),
    "before the settling commits": ("unknown", 1),
    "after the settling": ("sent", 1),
}


def killed_worker(point: str, row: Workspace, sink: Sink, ids: list[str]) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.core.sending.domain.crashing_worker",
        point,
        str(row.id),
        sink.url,
        *ids,
    ]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_worker_never_sends_twice(
    point: str, fresh_workspace: Callable[[], Workspace], sink: Sink
) -> None:
    state, mails = POINTS[point]
    row = fresh_workspace()
    with workspace(row):
        Delivery.objects.all().delete()
        ids = [queue(kind=NOTE, ref="1", to=f"p{number}@example.org").id for number in range(3)]
        killed_worker(point, row, sink, [str(id) for id in ids])
        Delivery.objects.filter(state="sending").update(lease_until=timezone.now() - timedelta(seconds=1))
        for _ in range(2):
            sweep()
            hand_over(ids)
        states = [Delivery.objects.get(id=id).state for id in ids]
    assert states == [state, "sent", "sent"]
    sent = Counter(item.rcpt_tos[0] for item in sink.accepted)
    assert sent == Counter({"p0@example.org": mails, "p1@example.org": 1, "p2@example.org": 1})
