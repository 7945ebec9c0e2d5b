"""What the tests of fleet runs share: a run that gives up soon, and what stands in schemas afterwards."""

import re
import subprocess

from django.conf import settings

from tenants.context import platform
from tenants.models import FleetFault, Workspace
from tenants.schema.dump import statements_of
from tenants.schema.fleet.run import Options, Report, migrate_fleet
from tenants.schema.owner import owner_connection
from tenants.schema.replay import Patience
from tenants.schema.template import migrations_version

NEW = [f"contacts.{name}" for name in ("9001_nickname", "9002_token", "9003_index", "9004_fill")]


QUICK = Patience(lock_timeout=0.2, tries=2, pause=0.05)


def run(*, hosts: tuple[str, ...] = (), patience: Patience = QUICK, parallel: int = 4) -> Report:
    options = Options(hosts=hosts, patience=patience, parallel=parallel, fill_pool=False)
    return migrate_fleet(options, watch=lambda phase, done, total, failed: None)


def everything() -> list[Workspace]:
    with platform():
        return list(Workspace.objects.filter(schema__isnull=False).order_by("id"))


def new_in(schema: str | None) -> list[str]:
    """The next release's migrations a schema has, each as often as it is recorded."""
    with owner_connection() as owner:
        rows = owner.execute(
            "SELECT app || '.' || name FROM "
            f"{schema}.django_migrations WHERE name LIKE '9%' ORDER BY id".encode()
        )
        return [name for (name,) in rows.fetchall()]


def behind() -> list[str]:
    with platform():
        return list(
            Workspace.objects.exclude(migrated_to=migrations_version())
            .order_by("id")
            .values_list("name", flat=True)
        )


def faults() -> list[tuple[str, str, str, int]]:
    with platform():
        rows = FleetFault.objects.order_by("schema")
        return [(row.schema, row.migration, row.error, row.attempts) for row in rows]


def dump(schema: str) -> list[str]:
    """What a schema is, without its name, the times of its migrations and casts that Postgres adds."""
    options = ["--inserts", "--rows-per-insert=500", "--no-owner", "--no-comments"]
    done = subprocess.run(
        [settings.PG_DUMP, "-n", schema, *options, "-d", settings.OWNER_DSN],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    text = re.sub(r"'20\d\d-[^']*'", "then", done.stdout.replace(schema, "it"))
    return sorted(re.sub(r"::(text|character varying)(\[\])?|[()]", "", one) for one in statements_of(text))
