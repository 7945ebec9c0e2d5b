"""The web login's cursor: one statement per call, so that nothing can ride along behind a query.

Without it `select 1; set role w_other` without parameters goes out in the simple protocol and escapes the
role wall. This overrides a private method of psycopg, which is why that is pinned exactly.
"""

from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg._queries import PostgresQuery


class OneStatementCursor(ServerBindingCursor):
    """Parameters bound on the server and the extended protocol forced, which takes a single statement."""

    def _execute_send(
        self, query: PostgresQuery, *, force_extended: bool = False, binary: bool | None = None
    ) -> None:
        super()._execute_send(query, force_extended=True, binary=binary)  # type: ignore[misc]  # psycopg-private
