"""`make check`: everything that can be said about the code without running its tests, two at a time.
The Django checks look at a database, so they get a throwaway one from stack.py next door."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.dev.problem import Problem, explained
from deploy.dev.stack import ROOT, Stack

PYTHON = sys.executable


@dataclass(frozen=True)
class Check:
    """A command that must end with 0, and the name people know it by."""

    name: str
    command: tuple[str, ...]


CHECKS = (
    Check("types", (PYTHON, "-m", "mypy", ".")),
    Check("lint", (PYTHON, "-m", "ruff", "check", ".")),
    Check("format", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Check("imports", (PYTHON, str(Path(PYTHON).parent / "lint-imports"))),
    Check("typescript", (PYTHON, "-m", "deploy.dev.frontend", "run", "check")),
    Check("django", (PYTHON, "manage.py", "check", "--database", "default", "--fail-level", "WARNING")),
    Check("migrations", (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run")),
    Check("expand", (PYTHON, "manage.py", "check_migrations")),
)


def main() -> int:
    """Run them all, print each one's outcome as it ends and what the failed ones said."""
    with TemporaryDirectory(prefix="marque-check-") as state:
        stack = Stack(Path(state), processes=())
        try:
            stack.start_services()
            with ThreadPoolExecutor(max_workers=2) as pool:
                passed = list(pool.map(lambda check: outcome(check, stack.env), CHECKS))
        finally:
            stack.destroy()
    if not all(passed):
        failed = [check.name for check, good in zip(CHECKS, passed, strict=True) if not good]
        raise Problem(f"failed: {', '.join(failed)}; see above.")
    return 0


def outcome(check: Check, env: Mapping[str, str]) -> bool:
    """Run one; its output is shown only when it failed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, env=env, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    mark = "ok" if done.returncode == 0 else "FAILED"
    report = f"{check.name:<12}{mark:<8}{time.monotonic() - started:6.1f} s"
    if done.returncode:
        report = f"{report}\n{done.stdout.rstrip()}\n"
    print(report, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    os.environ.setdefault("MARQUE_ENV", "test")
    sys.exit(explained(main))
