"""`migrate_schema`: Django's migrations in one schema, to this release or to a state that is read from stdin.

Called by tenants/archive for what was written by an older release; the whole installation is `migrate`.
"""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tenants.context import Place, entered, is_schema_name


class Command(BaseCommand):
    help = "Run Django's migrations in one schema (used by import_workspace and by restoring)."
    requires_system_checks: list[Any] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("schema")
        parser.add_argument("--to", metavar="-", help="only the [app, name] pairs in stdin (JSON)")

    def handle(self, *args: Any, **options: Any) -> None:
        schema = options["schema"]
        if not is_schema_name(schema):
            raise CommandError(f"“{schema}” is no schema of a workspace.")
        with entered(Place(schema, schema)):
            executor = MigrationExecutor(connection)
            targets = executor.loader.graph.leaf_nodes()
            if options["to"]:
                wanted = {(app, name) for app, name in json.load(sys.stdin)}
                targets = _last_of(wanted, graph=executor.loader.graph)
            executor.migrate(targets)


def _last_of(wanted: set[tuple[str, str]], *, graph: Any) -> list[tuple[str, str]]:
    """Those that none of the others of their app comes after. Raises CommandError for unknown ones."""
    if strange := sorted(wanted - set(graph.nodes)):
        raise CommandError(f"The migration {'.'.join(strange[0])} is not known here.")
    return [
        key
        for key in sorted(wanted)
        if not any(child.key in wanted and child.key[0] == key[0] for child in graph.node_map[key].children)
    ]
