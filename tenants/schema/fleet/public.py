"""The platform's own tables in `public`: migrated by Django, once per release, before anything else."""

import psycopg

from tenants.context import PLATFORM, PUBLIC
from tenants.schema.build import protect_append_only, protect_owners_own
from tenants.schema.owner import owner_connection
from tenants.schema.replay import recorded
from tenants.schema.template import migrate_here, migrations_here


def is_behind(owner: psycopg.Connection) -> bool:
    """Whether a migration of this release is not in `public` yet, or nothing is."""
    try:
        return not migrations_here() <= recorded(owner, PUBLIC)
    except psycopg.errors.UndefinedTable:
        return True


def migrate_platform(*, verbosity: int = 0) -> bool:
    """Migrate `public` if it is behind; whether it was. Costs two questions when it is not."""
    with owner_connection() as owner:
        behind = is_behind(owner)
        if behind:
            migrate_here(PLATFORM, verbosity=verbosity)
        protect_append_only(owner, schema=PUBLIC, role=PLATFORM.role)
        protect_owners_own(owner, schema=PUBLIC, role=PLATFORM.role)
    return behind
