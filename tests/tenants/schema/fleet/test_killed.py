"""A fleet run that was killed, wherever it was, is healed by running it again. The processes are real."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tenants.context import platform
from tenants.models import DataRun, FleetRun, SpareSchema, Workspace
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import owner_connection
from tenants.schema.template import migrations_version
from tests.tenants.schema.fleet.runs import NEW, behind, dump, everything, faults, new_in, run
from tests.tenants.schema.release import next_release, released

ROOT = Path(__file__).resolve().parents[4]
POINTS = [
    ("rendered", 1),  # the steps are stored, the template has none
    ("recorded", 2),  # within the template's transaction
    ("alone", 1),  # the template has its index, and does not know of it
    ("dumped", 1),  # the template is up, and not kept
    ("committed", 1),  # the canary is up, and not looked at
    ("statement", 12),  # within a transaction, with others at it
    ("recorded", 13),
    ("alone", 4),  # an index is there, and not recorded
    ("committed", 5),  # up, and not written down
    ("settled", 2),
    ("settled", 3),  # with everything done but to say so
]
MORE = 2


@pytest.mark.parametrize(("point", "number"), POINTS)
def test_it_heals(point: str, number: int, more_workspaces: Callable[[int], list[Workspace]]) -> None:
    more_workspaces(MORE)
    command = [sys.executable, "-m", "tests.tenants.schema.fleet.killed", point, str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with released(next_release()):
        report = run()
        assert (report.faults, report.stopped, behind(), faults()) == ([], "", [], [])
        with platform():
            spares = list(SpareSchema.objects.order_by("schema").values_list("schema", "version"))
            runs = FleetRun.objects.filter(version=migrations_version()).order_by("started_at")
            states = list(runs.values_list("state", flat=True))
            noted = DataRun.objects.filter(state="waiting").count()
        assert [version for _, version in spares] == [migrations_version()] * len(spares)
    assert states == (["stopped"] if (point, number) == ("settled", 3) else ["stopped", "done"])
    assert noted == 2 + MORE
    schemas = [TEMPLATE, *(row.schema for row in everything()), *(name for name, _ in spares)]
    assert [new_in(schema) for schema in schemas] == [NEW] * len(schemas)
    assert invalid_indexes() == []
    one, *others = [shape(name) for name, _ in spares]
    assert [other == one for other in others] == [True] * len(others)


def shape(schema: str) -> list[str]:
    """What was built there; a transaction that was cut off has used up numbers of the rows."""
    return [one for one in dump(schema) if not one.startswith(("INSERT", "SELECT"))]


def invalid_indexes() -> list[tuple[str]]:
    with owner_connection() as owner:
        found = owner.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        return found.fetchall()
