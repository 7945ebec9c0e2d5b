"""The database backend: every cursor gets the role and the path of the place the code is in.

It fails closed: without a place no connection is even opened, and a SET that does not work raises
(django-tenants swallows that error, and the query then runs wherever the connection was before).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db import InternalError, ProgrammingError
from django.utils.functional import cached_property
from django_tenants.postgresql_backend import base
from psycopg.pq import TransactionStatus

from tenants.context import Place, current, current_or_none, is_schema_name
from tenants.db.cursors import OneStatementCursor

WEB, OWNER = "web", "owner"

_spanning: ContextVar[bool] = ContextVar("marque_spanning", default=False)


class FailedTransaction(InternalError):
    """An error inside a transaction was swallowed, and the transaction was then to be committed."""


class CrossingTransaction(ProgrammingError):
    """A transaction begun in one place was used in another: it could not live on two nodes."""


@contextmanager
def spanning_transaction() -> Iterator[None]:
    """Let one transaction touch the platform and a workspace. Provisioning only, inside tenants/."""
    token = _spanning.set(True)
    try:
        yield
    finally:
        _spanning.reset(token)


def set_place_sql(place: Place, *, login: str) -> bytes:
    """The statements that move a connection to `place`; the owner keeps its own rights."""
    if not place.is_platform and not is_schema_name(place.schema):
        raise ValueError(f"not a schema name: {place.schema!r}")
    path = f'SET search_path = "{place.schema}"'
    if login == OWNER:
        return path.encode()
    return f'SET ROLE "{place.role}"; {path}'.encode()


class DatabaseWrapper(base.DatabaseWrapper):
    """django-tenants' wrapper, told where it is by the ContextVar instead of by set_tenant()."""

    include_public_schema = False
    # What was last set on this connection; the base class forgets it on close and on rollback.
    search_path_set_schemas: tuple[str, str] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._transaction_schema: str | None = None
        super().__init__(*args, **kwargs)

    # What django-tenants' introspection and router ask for.
    @property
    def schema_name(self) -> str | None:
        place = current_or_none()
        return place.schema if place else None

    @schema_name.setter
    def schema_name(self, value: str | None) -> None:
        if value is not None:
            raise RuntimeError("the place is set by tenants.context only")

    def set_schema_to_public(self) -> None:
        """Called once by the base class' constructor; the context decides, so there is nothing to set."""
        self.search_path_set_schemas = None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        raise RuntimeError("the place is set by tenants.context only")

    @property
    def login(self) -> str:
        return str(self.settings_dict.get("LOGIN", WEB))

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self.login == WEB:
            params["cursor_factory"] = OneStatementCursor
        return params

    @cached_property
    def pg_version(self) -> int:
        """Read off the connection: asking by a query would need a place before there is one."""
        self.ensure_connection()
        return int(self.connection.info.server_version)

    def _cursor(self, name: str | None = None) -> Any:
        self._check_transaction(current())  # raises before a connection is opened
        return super()._cursor(name)

    def set_autocommit(self, *args: Any, **kwargs: Any) -> None:
        self._transaction_schema = None  # a transaction begins or is over; the next query says whose it is
        super().set_autocommit(*args, **kwargs)

    def would_cross(self, place: Place) -> bool:
        """Whether a query in `place` now would take part in another place's open transaction."""
        if not in_product_transaction(self) or _spanning.get():
            return False
        return self._transaction_schema != place.schema

    def _check_transaction(self, place: Place) -> None:
        if not in_product_transaction(self):
            self._transaction_schema = None
        elif self._transaction_schema is None:
            self._transaction_schema = place.schema
        elif self._transaction_schema != place.schema and not _spanning.get():
            raise CrossingTransaction(
                f"a transaction begun in {self._transaction_schema} cannot go on in {place.schema}"
            )

    def _commit(self) -> None:
        """Postgres answers the COMMIT of a failed transaction with a ROLLBACK, and calls it no error."""
        if self.connection is not None and status_of(self.connection) is TransactionStatus.INERROR:
            raise FailedTransaction("a statement of this transaction failed: nothing of it was saved")
        super()._commit()

    def _stands_at(self, place: Place) -> bool:
        """Whether the last SET was for `place` and is still in force.

        Any rollback, also one that nobody here saw, takes back a SET of its transaction, role and path alike.
        The server reports each change of the path (Postgres 18), so that this needs no question.
        """
        if self.search_path_set_schemas != (place.schema, place.role) or self.connection is None:
            return False
        reported = self.connection.info.parameter_status("search_path")
        return reported is not None and reported.strip('"') == place.schema

    def _handle_search_path(self, cursor: Any = None) -> None:
        place = current()
        if self._stands_at(place):
            return
        self.search_path_set_schemas = None
        # A cursor of psycopg's own, because two statements in one round trip need the simple protocol.
        with self.wrap_database_errors, psycopg.Cursor(self.connection) as raw:
            try:
                raw.execute(set_place_sql(place, login=self.login), prepare=False)
            except psycopg.errors.InFailedSqlTransaction:
                # Only a rollback can follow, and that must be able to get its cursor.
                return
        self.search_path_set_schemas = (place.schema, place.role)


def status_of(connection: Any) -> TransactionStatus:
    status: TransactionStatus = connection.info.transaction_status
    return status


def in_product_transaction(connection: DatabaseWrapper) -> bool:
    """Whether the code itself opened a transaction (a test's own wrapping does not count)."""
    return any(not block._from_testcase for block in connection.atomic_blocks)
