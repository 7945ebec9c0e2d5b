"""A process killed at any point of a workspace's set-up: nobody can come in, and running again heals it.

One driver is killed at every point first (crashing_setup.py); each test then looks at what one point left.
"""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from branding.models import Brand
from core.accounts.models import TeamRole, User
from core.sending.models import Delivery
from inbox.canned.models import CannedReply
from inbox.transports.form.models import LeadForm
from tenants import provisioning, sites
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Domain, SetupStep, SpareSchema, Workspace
from tenants.schema import stock
from tests.leftovers import swept
from tests.tenants.crashing_setup import POINTS, STEPS

ROOT = Path(__file__).resolve().parents[2]


def left_by(host: str) -> Workspace | None:
    with platform():
        rows = Domain.objects.select_related("workspace__reseller", "workspace__starter")
        domain = rows.filter(host=host).first()
    return domain.workspace if domain else None


def states(row: Workspace) -> list[tuple[str, str, int]]:
    with platform():
        return list(
            SetupStep.objects.filter(workspace=row).order_by("id").values_list("key", "state", "attempts")
        )


def inside(row: Workspace) -> dict[str, object]:
    """What the steps made so far."""
    with workspace(row):
        found: dict[str, object] = {
            "owners": list(User.objects.values_list("email", "role")),
            "roles": TeamRole.objects.count(),
            "forms": sorted(LeadForm.objects.values_list("slug", flat=True)),
            "canned": CannedReply.objects.count(),
            "mails": Counter(Delivery.objects.values_list("to", flat=True)),
        }
    with platform():
        return {**found, "brands": Brand.objects.filter(workspace=row).count()}


WHOLE = {
    "owners": [("owner@killed.test", "admin")],
    "roles": 3,
    "forms": ["brief", "contact"],
    "canned": 3,
    "brands": 1,
    "mails": Counter({"owner@killed.test": 1}),
}


@dataclass(frozen=True)
class Left:
    """What one point left behind: its doors, its steps and its content, then the same once it was healed."""

    doors: list[int]
    steps: list[tuple[str, str, int]]
    content: dict[str, object]
    doors_after: list[int]
    steps_after: list[tuple[str, str, int]]
    content_after: dict[str, object]


DOORS = ["/", "/account/login/", "/f/contact/", "/api/v1/leads"]


def doors(host: str) -> list[int]:
    sites.cache.clear()
    return [Client(HTTP_HOST=host).get(page).status_code for page in DOORS]


@pytest.fixture(scope="module")
def left(django_db_blocker: Any) -> Iterator[dict[str, Left]]:
    """A process killed at each point, then one sweep for all of them."""
    with django_db_blocker.unblock(), swept():
        hosts = _killed()
        rows = {point: row for point, host in hosts.items() if (row := left_by(host))}
        before = {point: (doors(hosts[point]), states(row), inside(row)) for point, row in rows.items()}
        provisioning.finish_waiting()
        after = {point: (doors(hosts[point]), states(row), inside(row)) for point, row in rows.items()}
        provisioning.finish_waiting()
        assert after == {
            point: (doors(hosts[point]), states(row), inside(row)) for point, row in rows.items()
        }
        yield {point: Left(*before[point], *after[point]) for point in rows}


def _killed() -> dict[str, str]:
    """The host that each point was to set up."""
    stock.fill(size=len(POINTS) + 2)
    before = stock.level()
    command = [sys.executable, "-m", "tests.tenants.crashing_setup", uuid7().hex[-12:]]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert set(told["ends"].values()) == {-signal.SIGKILL}, told["ends"]
    assert before - stock.level() == len(POINTS) - 1  # the claim that was cut off gave its schema back
    hosts: dict[str, str] = told["hosts"]
    return hosts


@pytest.mark.usefixtures("committed")
def test_a_claim_that_was_cut_off_leaves_nothing(left: dict[str, Left]) -> None:
    """No workspace, no domain, and its schema is a spare again."""
    assert set(left) == set(POINTS) - {"inside the claim"}
    with platform():
        killed = Workspace.objects.filter(name="Killed").values_list("schema", flat=True)
        assert len(set(killed)) == len(POINTS) - 1
        assert SpareSchema.objects.filter(schema__in=killed).count() == 0


def done_by(point: str) -> tuple[int, int]:
    """How many steps were through at that point, and how many were begun."""
    _, _, key = point.partition(" ")
    if key in STEPS:
        return STEPS.index(key), STEPS.index(key) + 1
    return (0, 0) if point == "after the claim" else (len(STEPS), len(STEPS))


@pytest.mark.parametrize("point", POINTS[1:])
class TestKilled:
    def test_nobody_comes_in(self, point: str, left: dict[str, Left]) -> None:
        assert left[point].doors == [404, 404, 404, 404]

    def test_no_step_is_half_done(self, point: str, left: dict[str, Left]) -> None:
        through, begun = done_by(point)
        assert left[point].steps == [
            (key, "done" if number < through else "pending", int(number < begun))
            for number, key in enumerate(STEPS)
        ]
        assert left[point].content == {
            "owners": WHOLE["owners"],
            "roles": 3 if through > 0 else 0,
            "forms": WHOLE["forms"] if through > 1 else [],
            "canned": 3 if through > 2 else 0,
            "brands": int(through > 3),
            "mails": WHOLE["mails"] if through > 5 else Counter(),
        }

    def test_the_sweep_heals_it(self, point: str, left: dict[str, Left]) -> None:
        healed = left[point]
        assert healed.content_after == WHOLE
        assert [(key, state) for key, state, _ in healed.steps_after] == [(key, "done") for key in STEPS]
        assert healed.doors_after == [302, 200, 200, 405]
