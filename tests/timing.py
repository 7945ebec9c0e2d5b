"""Pytest plugin: after a run, the 20 slowest tests and what each test folder took in all.
Seconds count set-up, call and tear-down of each test; under xdist the workers' reports are added up here."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest

SLOWEST = 20
FOLDER_PARTS = 3  # tests/core/sending/domain counts for tests/core/sending

_seconds: defaultdict[str, float] = defaultdict(float)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Called for each phase of each test, wherever it ran."""
    _seconds[report.nodeid] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Called once, where the person looks."""
    if not _seconds:
        return
    terminalreporter.section(f"{SLOWEST} slowest tests")
    for name, seconds in slowest(_seconds):
        terminalreporter.write_line(f"{seconds:7.2f} s  {name}")
    terminalreporter.section("time by folder")
    for folder, (count, seconds) in by_folder(_seconds):
        terminalreporter.write_line(f"{seconds:7.2f} s  {count:4} tests  {folder}")


def slowest(times: Mapping[str, float]) -> list[tuple[str, float]]:
    """The slowest tests, the slowest first; seconds."""
    return sorted(times.items(), key=lambda item: -item[1])[:SLOWEST]


def by_folder(times: Mapping[str, float]) -> list[tuple[str, tuple[int, float]]]:
    """How many tests each folder has and how long they took together, the slowest folder first; seconds."""
    totals: dict[str, tuple[int, float]] = {}
    for name, seconds in times.items():
        folder = "/".join(PurePosixPath(name.split("::", 1)[0]).parent.parts[:FOLDER_PARTS])
        count, before = totals.get(folder, (0, 0.0))
        totals[folder] = (count + 1, before + seconds)
    return sorted(totals.items(), key=lambda item: -item[1][1])
