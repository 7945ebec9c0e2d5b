"""What `manage.py migrate` says it did, as whoever deploys reads it."""

import re
import subprocess
import sys
from pathlib import Path

from tenants.context import platform
from tenants.models import Workspace

ROOT = Path(__file__).resolve().parents[2]


def migrate() -> str:
    """What it says about workspaces."""
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-pool"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = re.fullmatch(
        r"Migrated: platform, template \w{8}, (.*); \d+ spare schemas ready \(.*\)\.\n"
        r"(?:Data migrations in the background: .*\n)?",  # of what other tests brought in from older releases
        done.stdout,
    )
    assert found
    return found[1]


def test_it_tells_those_that_were_behind_from_all(committed: None) -> None:
    with platform():
        rows = Workspace.objects.filter(schema__isnull=False)
        count, one = rows.count(), rows.first()
        assert one is not None
    assert migrate() == f"all {count} workspaces up to date"
    with platform():
        Workspace.objects.filter(id=one.id).update(migrated_to="an older release")
    assert migrate() == f"1 of {count} workspaces"
