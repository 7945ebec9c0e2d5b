"""What the database was asked because of a request, and what it gave back: heard on the way, past the answer.

Walks compare it with what an answer shows (walker.py) and choose by it what else is asked (attempts.py).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connections

FETCHES = ("fetchone", "fetchmany", "fetchall")


@dataclass
class Heard:
    """Of one request; empty until it was made."""

    status: int = 0
    statements: list[str] = field(default_factory=list)
    params: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)

    @property
    def course(self) -> tuple[int, list[str]]:
        """The way that the view took, whatever values it took along."""
        return self.status, self.statements

    def was_asked_for(self, text: str) -> bool:
        """Whether the database was asked with these words in it."""
        return any(text in one for one in (*self.statements, *self.params))


@contextmanager
def overhearing(heard: Heard) -> Iterator[None]:
    """Every statement with its parameters and every row, of all connections of this thread."""

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        heard.statements.append(str(sql))
        heard.params.append(str(params))
        return execute(sql, params, many, context)

    with pytest.MonkeyPatch.context() as patch, ExitStack() as exits:
        for kind in (psycopg.Cursor, psycopg.ServerCursor):
            for name in FETCHES:
                patch.setattr(kind, name, _noting(getattr(kind, name), heard.rows))
        for known in connections.all():
            exits.enter_context(known.execute_wrapper(note))
        yield


def _noting(fetch: Callable[..., Any], rows: list[str]) -> Callable[..., Any]:
    def noting(*args: Any, **kwargs: Any) -> Any:
        found = fetch(*args, **kwargs)
        rows.append(str(found))
        return found

    return noting
