"""`manage.py check_migrations` as people and `make check` run it: a process of its own, and no database."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.dev.checks import CHECKS
from tenants.schema.contract.check import migrations_on_disk
from tenants.schema.contract.released import read_released

ROOT = Path(__file__).resolve().parents[2]
BAD = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial")]
    operations = [
        migrations.RemoveField("contact", "title"),
        migrations.RunSQL("SET ROLE w_other"),
    ]
"""
SETTINGS = """
from deploy.settings import *

BASE_DIR = BASE_DIR.__class__(__file__).parent
MIGRATION_MODULES = {**MIGRATION_MODULES, "APP": "moved"}
"""


def copied(path: Path, app: str, migrations: Path) -> Path:
    """A copy of an app's migrations that a test may spoil, and settings that read it."""
    (path / "other_settings.py").write_text(SETTINGS.replace("APP", app))
    return shutil.copytree(migrations, path / "moved")


def run(*path: Path, settings: str = "deploy.settings") -> subprocess.CompletedProcess[str]:
    unreachable = "postgresql://nobody@/nothing?host=/nowhere"
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": os.pathsep.join(map(str, [*path, ROOT])),
        "DATABASE_URL": unreachable,
        "OWNER_DATABASE_URL": unreachable,
    }
    command = [sys.executable, "manage.py", "check_migrations"]
    return subprocess.run(command, cwd=ROOT, env=env, text=True, check=False, capture_output=True)


def test_it_works() -> None:
    done = run()
    keys = {f"{one.app_label}.{one.name}" for one in migrations_on_disk()}
    told = f"{len(keys)} migrations looked at, {len(keys - read_released())} of them new.\n"
    assert (done.stdout, done.stderr) == (told, "")
    assert done.returncode == 0


def test_a_bad_migration_fails_with_its_sentence(tmp_path: Path) -> None:
    moved = copied(tmp_path, "contacts", ROOT / "core" / "contacts" / "migrations")
    (moved / "0099_bad.py").write_text(BAD)
    done = run(tmp_path, settings="other_settings")
    assert done.stdout.splitlines() == [
        "contacts.0099_bad: RemoveField contact.title takes what the release before still uses; say "
        "SeparateDatabaseAndState(state_operations=[RemoveField(…)]) now, and DropColumn in a release "
        "after it.",
        "contacts.0099_bad: RunSQL changes role or search_path; the place is set by tenants.context alone.",
    ]
    assert done.stderr == "CommandError: 2 found; CONTRIBUTING.md, “A change of the schema”, says how.\n"
    assert done.returncode == 1


def test_a_released_migration_that_is_gone_is_said(tmp_path: Path) -> None:
    moved = copied(tmp_path, "api", ROOT / "core" / "api" / "migrations")
    (moved / "0001_initial.py").rename(moved / "0001_other.py")
    done = run(tmp_path, settings="other_settings")
    assert done.stdout == "api.0001_initial: a release has it, and it is not on disk.\n"
    assert done.returncode == 1


def test_make_check_runs_it() -> None:
    assert [check.command[1:] for check in CHECKS if check.name == "expand"] == [
        ("manage.py", "check_migrations")
    ]
