"""Many rows, each with values of its own, in one statement that costs the same for every row.

Django's own (`bulk_update`) writes a CASE with a branch for each row, and every row walks past half of them.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models


def is_plain(rows: Sequence[models.Model], fields: Sequence[Any]) -> bool:
    """Whether these are columns of rows that stand, with values: no sums, nor arrays, which fit into none."""
    if not rows or not fields or any(row.pk is None for row in rows):
        return False
    if any(not field.concrete or field.primary_key or isinstance(field, ArrayField) for field in fields):
        return False
    return not any(hasattr(getattr(row, field.attname), "as_sql") for row in rows for field in fields)


def update_each(
    rows: Sequence[models.Model], fields: Sequence["models.Field[Any, Any]"], *, using: str
) -> int:
    """Write these columns of rows of one model, found by their keys. How many there were."""
    connection = connections[using]
    meta = rows[0]._meta
    assert meta.pk is not None
    key, quote = meta.pk, connection.ops.quote_name
    columns = [key, *fields]
    arrays = ", ".join(f"%s::{_type(field, connection)}[]" for field in columns)
    names = [f"v{number}" for number in range(len(columns))]
    written = ", ".join(
        f"{quote(str(field.column))} = each.{name}" for field, name in zip(fields, names[1:], strict=True)
    )
    sql = (
        f"UPDATE {quote(meta.db_table)} AS target SET {written}"  # noqa: S608 - names of our own tables and columns
        f" FROM unnest({arrays}) AS each({', '.join(names)}) WHERE target.{quote(str(key.column))} = each.v0"
    )
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows] for field in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _type(field: "models.Field[Any, Any]", connection: Any) -> str:
    """Of a key as well, which would be a serial where its own table is made."""
    found = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return str(found)
