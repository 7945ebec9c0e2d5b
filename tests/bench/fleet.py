"""A release in 300 workspaces of the real schema, a domain each: with nothing to do, and with a column more.

`noop` is a whole fleet run without the interpreter's start; `noop-growth` is its time with all workspaces by
that with a tenth of them. `addfield` is a whole run's time per workspace, with four at a time as by default
(`addfield-single`: one at a time); its floor is the same SQL, one workspace after another on one connection.

How much room an empty workspace takes is fleet_size.py next door.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

from django.db import transaction

from tenants.context import platform
from tenants.models import Domain, Reseller, Workspace
from tenants.schema.build import build_schema
from tenants.schema.fleet.run import Options, migrate_fleet
from tenants.schema.names import new_schema_name
from tenants.schema.owner import open_owner
from tenants.schema.template import current_template, migrations_version
from tests.bench.fleet_release import by_hand, one_column_more, take_out
from tests.bench.fleet_size import empty_workspaces
from tests.bench.installation import ROOT, Installation
from tests.bench.registry import Figure, Size, bench
from tests.tenants.schema.release import forget

NAME = "Fleet "
SUFFIX = ".fleet.bench.test"


@bench("fleet")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """The workspaces are made once, kept, and migrated along with the installation."""
    count = size.pick(300, 30)
    _make_workspaces(count)
    yield from _noop(size.pick(9, 3), count=count)
    yield from _addfield(size.pick(3, 1))
    yield from empty_workspaces(place)


def _make_workspaces(count: int) -> None:
    with platform():
        reseller, _ = Reseller.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
        known = Workspace.objects.filter(name__startswith=NAME).count()
    template = current_template()
    with open_owner() as owner:
        for number in range(known, count):
            schema = new_schema_name()
            build_schema(owner, schema=schema, statements=template.statements)
            with platform():
                Workspace.objects.create(
                    name=f"{NAME}{number}", reseller=reseller, schema=schema, migrated_to=template.version
                )
    _give_domains()


def _give_domains() -> None:
    """Also to those that an older run of this bench made and kept."""
    with platform():
        for row in Workspace.objects.filter(name__startswith=NAME, domains=None):
            host = f"{row.name.lower().replace(' ', '-')}{SUFFIX}"
            Domain.objects.create(
                host=host, kind=Domain.Kind.WORKSPACE, reseller_id=row.reseller_id, workspace=row
            )


def _run(*, parallel: int = 4) -> float:
    """How long a whole run took, in ms. A process that starts has its migrations' files to read."""
    forget()
    started = perf_counter()
    report = migrate_fleet(Options(parallel=parallel), watch=lambda phase, done, total, failed: None)
    spent = (perf_counter() - started) * 1000
    assert not report.faults
    return spent


def _noop(turns: int, *, count: int) -> Iterator[Figure]:
    _run()
    everyone, tenth = [], []
    for _ in range(turns):
        everyone.append(_run())
        with platform(), transaction.atomic():
            keep = Workspace.objects.filter(name__startswith=NAME).order_by("id")[: count // 10]
            others = Workspace.objects.exclude(id__in=list(keep.values_list("id", flat=True)))
            others.update(schema=None, state=Workspace.State.BUILDING)
            tenth.append(_run())
            transaction.set_rollback(True)
    yield Figure("noop", statistics.median(everyone), "ms", n=turns)
    yield Figure(
        "noop-growth", statistics.median(everyone) / statistics.median(tenth), "× of a tenth", n=turns
    )
    started = perf_counter()
    command = [sys.executable, str(ROOT / "manage.py"), "migrate_fleet"]
    subprocess.run(command, cwd=ROOT, env=dict(os.environ), check=True, capture_output=True)
    yield Figure("noop-process", (perf_counter() - started) * 1000, "ms")


def _addfield(rounds: int) -> Iterator[Figure]:
    version = migrations_version()
    ours: dict[int, list[float]] = {4: [], 1: []}
    floor: list[float] = []
    with one_column_more() as schemas, open_owner() as owner:
        for _ in range(rounds):
            for parallel, spent in ours.items():
                spent.append(_run(parallel=parallel) / len(schemas))
                take_out(schemas, version=version)
            started = perf_counter()
            for schema in schemas:
                by_hand(owner, schema)
            floor.append((perf_counter() - started) * 1000 / len(schemas))
            take_out(schemas, version=version)
        count = rounds * len(schemas)
    for parallel, name in ((4, "addfield"), (1, "addfield-single")):
        yield Figure(name, statistics.median(ours[parallel]), "ms", floor=statistics.median(floor), n=count)
