"""The warm pool: schemas built ahead, so that a new workspace is a claim and not a wait.

Filling needs the owner's login and runs in the builder; claiming is one statement of the web login.
"""

from collections.abc import Iterable
from datetime import timedelta

import psycopg
import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from tenants.context import platform
from tenants.models import SchemaTemplate, SpareSchema, Workspace
from tenants.schema.build import build_schema, drop_schema
from tenants.schema.names import new_schema_name
from tenants.schema.owner import owner_connection
from tenants.schema.remains import clear_remains
from tenants.schema.spares import fault_of, tables_in
from tenants.schema.template import current_template, migrations_version

log = structlog.get_logger(__name__)

UNFINISHED = ""
"""The version of a spare that is still being built."""
BROKEN = "broken"
"""The version of a spare that was found to be incomplete; nobody can claim it, and it is dropped."""
DOOMED = "doomed"
"""The version of a schema that a workspace has left, data and all: it is dropped, never a spare again."""
BUILD_TIME = timedelta(minutes=10)
"""After this, a spare that is still unfinished was cut off."""
MIGRATING = "migrating"
"""The version of a spare that a fleet run has in hand; nobody else claims or drops it."""


class NoSpare(Exception):
    """The warm pool is empty: the request has to wait for the builder."""


class IncompleteSpare(Exception):
    """A schema that was just built lacks something; it is not put into the pool."""


def level() -> int:
    """How many schemas of this release wait in the pool."""
    with platform():
        return SpareSchema.objects.filter(version=migrations_version()).count()


def fill(*, size: int | None = None) -> int:
    """Bring the pool to `size` (settings.SPARE_SCHEMAS), without outdated ones; how many were built."""
    set_aside_broken()
    discard_outdated()
    wanted = (settings.SPARE_SCHEMAS if size is None else size) - level()
    if wanted <= 0:
        return 0
    template = current_template()
    for _ in range(wanted):
        build_spare(template)
    return wanted


def build_spare(template: SchemaTemplate) -> str:
    """Build one schema and put it into the pool; returns its name.

    Its row is there first, so that a crash leaves nothing that nobody knows of.
    """
    schema = new_schema_name()
    with platform():
        SpareSchema.objects.create(schema=schema, version=UNFINISHED)
    with owner_connection() as owner:
        build_schema(owner, schema=schema, statements=template.statements)
        fault = _fault(owner, schema, template=template)
    if fault:
        raise IncompleteSpare(f"{schema}: {fault}")
    with platform():
        SpareSchema.objects.filter(schema=schema, version=UNFINISHED).update(version=template.version)
    return schema


def _fault(owner: psycopg.Connection, schema: str, *, template: SchemaTemplate) -> str:
    return fault_of(owner, schema, version=template.version, tables=tables_in(template.statements))


def set_aside_broken() -> int:
    """Take spares out of the pool that are not whole any more, such as after a restore; how many those were.

    One that is claimed at the same moment is a workspace's then, and left alone.
    """
    with platform():
        template = SchemaTemplate.objects.filter(version=migrations_version()).first()
        names = list(
            SpareSchema.objects.filter(version=migrations_version()).values_list("schema", flat=True)
        )
    if template is None or not names:
        return 0
    with owner_connection() as owner:
        faults = {name: _fault(owner, name, template=template) for name in names}
    broken = {name: fault for name, fault in faults.items() if fault}
    for name, fault in broken.items():
        log.error("spare_is_broken", schema=name, fault=fault)
    with platform():
        rows = SpareSchema.objects.filter(schema__in=broken, version=template.version)
        return rows.update(version=BROKEN)


def discard_outdated() -> None:
    """What nobody can claim: spares of an older release, half-built and broken ones, what workspaces left."""
    cut_off = Q(version=UNFINISHED, built_at__lte=timezone.now() - BUILD_TIME)
    with platform():
        rows = SpareSchema.objects.filter(cut_off | Q(version__in=[BROKEN, DOOMED]))
        rows |= behind().exclude(version=MIGRATING)
        old = list(rows.values_list("schema", flat=True))
    for schema in old:
        discard(schema, among=rows)


def discard(schema: str, *, among: QuerySet[SpareSchema] | None = None) -> None:
    """Drop a spare, unless it is none any more, or not `among` those meant: somebody may claim it meanwhile.

    Its row goes last, so that a crash leaves nothing that nobody knows of.
    """
    with platform():
        rows = SpareSchema.objects.all() if among is None else among
        if not rows.filter(schema=schema).update(version=DOOMED):  # waits for whoever is about to claim it
            return
        if Workspace.objects.filter(schema=schema).exists():
            log.error("spare_is_a_workspace", schema=schema)  # its row is wrong, and no reason to lose data
            return
    with owner_connection() as owner:
        drop_schema(owner, schema)
    clear_remains(schema)
    with platform():
        SpareSchema.objects.filter(schema=schema).delete()


def behind() -> QuerySet[SpareSchema]:
    """The finished spares of another release, but not of a newer one: that is not ours to touch."""
    ours = SchemaTemplate.objects.filter(version=migrations_version()).values("created_at")
    newer = SchemaTemplate.objects.filter(created_at__gt=Subquery(ours)).values("version")
    never = [migrations_version(), UNFINISHED, BROKEN, DOOMED]
    return SpareSchema.objects.exclude(version__in=never).exclude(version__in=newer)


def hold_behind() -> list[str]:
    """Keep those that are behind from being claimed or dropped, for a fleet run; their names."""
    with platform():
        behind().update(version=MIGRATING)
        held = SpareSchema.objects.filter(version=MIGRATING)
        return list(held.order_by("schema").values_list("schema", flat=True))


def release(schemas: Iterable[str]) -> None:
    """Put migrated ones back into the pool."""
    with platform():
        held = SpareSchema.objects.filter(schema__in=list(schemas), version=MIGRATING)
        held.update(version=migrations_version())


def claim() -> str:
    """Take one spare schema for good, inside the caller's transaction. Raises NoSpare.

    SKIP LOCKED lets concurrent claims pass each other; a rollback puts the schema back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tenants_spareschema WHERE schema = ("
            "SELECT schema FROM tenants_spareschema WHERE version = %s "
            "ORDER BY schema LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING schema",
            [migrations_version()],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoSpare("no spare schema is ready")
    return str(row[0])
