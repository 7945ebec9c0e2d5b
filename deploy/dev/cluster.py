"""Runs the once-per-cluster set-up of `tenants.schema.cluster` against a Postgres we are superuser of.
The embedded server is launched next door in postgres.py; production runs the same SQL from its runbook."""

import psycopg
from psycopg.conninfo import make_conninfo

from tenants.schema import cluster


def prepare(dsn_superuser: str, dbname: str, *, template: str = "") -> None:
    """Make the roles, and the database `dbname`, or with `template` a copy of that prepared one."""
    with psycopg.connect(dsn_superuser, autocommit=True) as conn:
        cluster.prepare_cluster(conn)
        cluster.create_database(conn, dbname, template=template)
        cluster.secure_database(conn, dbname)
    with psycopg.connect(make_conninfo(dsn_superuser, dbname=dbname)) as conn:
        cluster.secure_catalogue(conn)
