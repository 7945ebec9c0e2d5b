"""How much room an empty workspace takes, measured in a new database that holds nothing but some of them.

`catalog` is by how much pg_database_size grows with each one, per table of it: the rows and indexes of
pg_class, pg_attribute and the rest of the catalogue (`catalog-rows`), and the workspace's own files
(`catalog-files`: an empty table has none, an empty index has one page of 8 KB, and each table with a column
that may be long has a TOAST table with an index). Roles, which all databases of a cluster share, and the row
in `public` are not counted. What takes how much is written to stderr.
"""

import sys
from collections.abc import Iterator, Sequence

import psycopg

from tenants.schema.build import build_schema
from tenants.schema.cluster import prepare
from tenants.schema.names import new_schema_name
from tenants.schema.template import current_template
from tests.bench.installation import Installation
from tests.bench.registry import Figure

DATABASE = "marque_bench_size"
COUNT = 20

CATALOGUE = (
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
    "WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND NOT relisshared"
)
OWN = (
    "SELECT relkind::text, count(*), sum(pg_relation_size(oid)) FROM pg_class "
    "WHERE relnamespace = ANY(%(schemas)s::text[]::regnamespace[]) OR oid IN ("
    " SELECT unnest(ARRAY[t.oid, x.indexrelid]) FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid"
    " JOIN pg_index x ON x.indrelid = t.oid WHERE c.relnamespace = ANY(%(schemas)s::text[]::regnamespace[]))"
    " GROUP BY relkind"
)


def empty_workspaces(place: Installation) -> Iterator[Figure]:
    """Build some, and take the database away again."""
    superuser = place.postgres.dsn()
    schemas = [new_schema_name() for _ in range(COUNT)]
    _drop(superuser, schemas)
    prepare(superuser, DATABASE)
    try:
        with psycopg.connect(place.postgres.dsn("marque_owner", DATABASE), autocommit=True) as owner:
            yield from _measured(owner, schemas)
    finally:
        _drop(superuser, schemas)


def _measured(owner: psycopg.Connection, schemas: Sequence[str]) -> Iterator[Figure]:
    statements = current_template().statements
    size_before, catalogue_before = _size(owner), _catalogue(owner)
    for schema in schemas:
        build_schema(owner, schema=schema, statements=statements)
    grown, catalogue = _size(owner) - size_before, _catalogue(owner)
    found = owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", [schemas[0]]).fetchone()
    assert found
    tables = int(found[0])
    per_table = 1024 * len(schemas) * tables
    parts = {name: (size - catalogue_before[name]) / per_table for name, size in catalogue.items()}
    own = owner.execute(OWN, {"schemas": list(schemas)}).fetchall()
    _explain(parts, own, count=len(schemas) * tables)
    yield Figure("catalog", grown / per_table, "KB per table", n=len(schemas))
    yield Figure("catalog-rows", sum(parts.values()), "KB per table", n=len(schemas))
    yield Figure("catalog-files", sum(float(size) for _, _, size in own) / per_table, "KB per table")
    yield Figure("tables", tables, "tables")


def _size(owner: psycopg.Connection) -> int:
    row = owner.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row
    return int(row[0])


def _catalogue(owner: psycopg.Connection) -> dict[str, int]:
    return {name: int(size) for name, size in owner.execute(CATALOGUE).fetchall()}


def _explain(parts: dict[str, float], own: Sequence[tuple[str, int, int]], *, count: int) -> None:
    names = {"r": "tables", "i": "indexes", "S": "sequences", "t": "TOAST tables"}
    lines = [
        f"{names.get(kind, kind)}: {number / count:.2f} per table, {int(size) / 1024 / count:.2f} KB"
        for kind, number, size in own
    ]
    largest = sorted(parts.items(), key=lambda part: -part[1])[:10]
    lines += [f"{name}: {size:.2f} KB" for name, size in largest]
    sys.stderr.write("\n".join(["An empty workspace, per table:", *(f"  {line}" for line in lines), ""]))


def _drop(superuser: str, roles: Sequence[str]) -> None:
    with psycopg.connect(superuser, autocommit=True) as conn:
        conn.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)".encode())
        for role in roles:
            conn.execute(f"DROP ROLE IF EXISTS {role}".encode())
