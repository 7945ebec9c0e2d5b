"""Takes a workspace away with all that says of it, as the product never does: for tests and benches."""

import psycopg

from tenants.models import Workspace
from tenants.schema.build import drop_schema
from tenants.schema.owner import owner_connection


def drop_workspace(superuser: str, row: Workspace) -> None:
    """Its rows in `public`, by a superuser's connection to the same database, and then its schema."""
    tables = [one.related_model._meta.db_table for one in Workspace._meta.related_objects]
    with psycopg.connect(superuser) as conn:
        for table in [*tables, "branding_brand"]:
            conn.execute(f"DELETE FROM {table} WHERE workspace_id = %s".encode(), [row.id])
        conn.execute("DELETE FROM tenants_workspace WHERE id = %s", [row.id])
    if row.schema:
        with owner_connection() as owner:
            drop_schema(owner, row.schema)
