"""The warm pool: schemas built ahead, so that a new workspace is a claim and not a wait.

Filling needs the owner's login and runs in the builder; claiming is one statement of the web login.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tenants.context import platform
from tenants.models import SchemaTemplate, SpareSchema
from tenants.schema.build import build_schema, drop_schema
from tenants.schema.names import new_schema_name
from tenants.schema.owner import owner_connection
from tenants.schema.template import current_template, migrations_version

UNFINISHED = ""
"""The version of a spare that is still being built."""
BUILD_TIME = timedelta(minutes=10)
"""After this, a spare that is still unfinished was cut off."""


class NoSpare(Exception):
    """The warm pool is empty: the request has to wait for the builder."""


def level() -> int:
    """How many schemas of this release wait in the pool."""
    with platform():
        return SpareSchema.objects.filter(version=migrations_version()).count()


def fill(*, size: int | None = None) -> int:
    """Bring the pool to `size` (settings.SPARE_SCHEMAS), without outdated ones; how many were built."""
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
    with platform():
        SpareSchema.objects.filter(schema=schema).update(version=template.version)
    return schema


def discard_outdated() -> None:
    """Spares of another release, and those whose building was cut off: nobody can claim them, so they go."""
    building = Q(version=UNFINISHED, built_at__gt=timezone.now() - BUILD_TIME)
    with platform():
        rows = SpareSchema.objects.exclude(version=migrations_version()).exclude(building)
        old = list(rows.values_list("schema", flat=True))
    for schema in old:
        with owner_connection() as owner:
            drop_schema(owner, schema)
        with platform():
            SpareSchema.objects.filter(schema=schema).delete()


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
