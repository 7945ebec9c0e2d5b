"""How the fleet stands in words: the most pressing thing is said, and what is to be done about it."""

from datetime import timedelta
from typing import Any

import pytest

from tenants.console.fleet import Run
from tenants.console.standing import UPDATE, lasted, standing
from tenants.models import FleetRun

WELL = {"workspaces": 40, "behind": 0, "faults": 0, "steps": 0, "is_running": False}


@pytest.mark.parametrize(
    ("but", "level", "says", "run"),
    [
        ({}, "success", "All 40 workspaces have this release", ""),
        ({"workspaces": 1}, "success", "The workspace has this release", ""),
        ({"workspaces": 0}, "success", "There are no workspaces yet", ""),
        ({"steps": 1}, "warning", "1 step of a set-up failed", ""),
        ({"steps": 2, "behind": 1}, "warning", "1 of 40 workspaces is behind this release", UPDATE),
        (
            {"workspaces": 4000, "behind": 9},
            "warning", "9 of 4,000 workspaces are behind this release", UPDATE,
        ),
        ({"faults": 3, "behind": 3}, "warning", "3 updates failed", UPDATE),
        ({"faults": 1, "behind": 30, "is_running": True}, "info", "An update is going on", ""),
    ],
)  # fmt: skip
def test_the_most_pressing_is_said(but: dict[str, Any], level: str, says: str, run: str) -> None:
    found = standing(**{**WELL, **but})
    assert (found.level, found.says, found.command, bool(found.remedy)) == (level, says, run, True)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "under a second"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (61, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 h 0 min"),
        (90_060, "25 h 1 min"),
    ],
)
def test_durations_are_said_in_the_unit_that_tells(seconds: float, words: str) -> None:
    assert lasted(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("columns", "says", "bar"),
    [
        ({"phase": "canary", "total": 9}, "Updating the workspace that is tried first", True),
        ({"phase": "", "total": 9}, "Updating the platform itself", True),
        ({"phase": "template", "total": 0}, "Updating the template for new workspaces", False),
        ({"phase": "workspaces", "total": 9, "done": 9, "state": "done"}, "Updated what was behind", False),
        ({"phase": "workspaces", "total": 9, "done": 7, "state": "done"}, "Updated what was behind", False),
        ({"phase": "workspaces", "total": 0, "state": "done"}, "Only the template was behind", False),
        ({"phase": "warm pool", "total": 9, "state": "stopped"}, "Stopped at the spare workspaces", False),
    ],
)  # fmt: skip
def test_a_run_says_what_it_does(columns: dict[str, Any], says: str, bar: bool) -> None:
    run = Run(FleetRun(version="v", **columns), is_held=True)
    assert (run.says, run.shows_bar) == (says, bar)
