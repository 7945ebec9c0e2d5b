"""Finds the newest messages that fit, in whichever of two ways costs less.

*Walk*: look at messages from the newest on until a page is full. Good for what is common: no matter how many
there are, a page of them is near. *Gather*: have the indexes name all that fit, and keep the newest. Good for
what is rare, and all that is sorted are the few. How common it is, Postgres' statistics say before either is
done; where they are wrong, both ways stop at a bound and the other one goes on.

Each way is a statement that yields messages' keys; what is read of these messages is queries.py.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from inbox.search.asking import Asked, Term
from inbox.search.conditions import Condition, beside_words, by_words, checked, in_period, where
from inbox.search.naming import Named

FEW = 8_000
"""Messages that are gathered in about the time a page of them is walked to among a million."""
NEAR = 5_000
WALK = 50_000
GATHER = 50_000
"""Rows after which a way that was taken for the short one is given up."""
LONGEST = 4_000
"""Milliseconds a single question to Postgres may take."""

Key = tuple[datetime, UUID]
"""Where a message stands in the results: when it was written, and its own key."""
Statement = tuple[str, list[Any]]
Row = TypeVar("Row")

_TABLE = "message_search_messageentry"
_ORDER = "ORDER BY created_at DESC, message_id DESC"


class TooSlow(Exception):
    """Postgres was told to stop: the search as it stands would take too long."""


@dataclass(frozen=True, slots=True)
class Search:
    """One search with its names looked up, and the place in the results it goes on behind."""

    asked: Asked
    found: Named
    past: Key | None = None

    @property
    def others(self) -> list[Condition]:
        """All but the words."""
        return [*beside_words(self.asked, found=self.found), *self.time]

    @property
    def time(self) -> list[Condition]:
        return in_period(self.asked, past=self.past)

    @property
    def has_more_than_words(self) -> bool:
        return bool(beside_words(self.asked, found=self.found))

    @property
    def all(self) -> list[Condition]:
        return [*by_words(self.asked.terms, facts=self.asked.facts), *self.others]

    @property
    def firm(self) -> tuple[Term, ...]:
        """Whole words. A beginning fits so many that the index answers it last, or not at all beside them."""
        whole = tuple(term for term in self.asked.terms if not term.prefix)
        return whole or (() if self.asked.facts else self.asked.terms)

    @property
    def by_firm_words(self) -> list[Condition]:
        """All conditions, with the index asked for the whole words only."""
        loose = [term for term in self.asked.terms if term not in self.firm]
        return [*by_words(self.firm, facts=self.asked.facts), *self.others, *checked(loose)]


def newest(search: Search, *, size: int, read: Callable[[Statement], list[Row]]) -> list[Row]:
    """The `size` newest that fit, as `read` reads them by their keys. Raises TooSlow."""
    if search.has_more_than_words:
        # What is asked beside words, such as what is open, is mostly near, of which statistics know nothing.
        with in_time():
            found = read(_walk(search, size=size, most=NEAR))
        if len(found) == size:
            return found
    narrow = search.by_firm_words
    if _estimate(narrow) > FEW:
        # Over words alone its rows are bound enough, and a question less is half a millisecond.
        with in_time() if search.has_more_than_words else nullcontext():
            found = read(_walk(search, size=size, most=WALK))
        if len(found) == size:
            return found
        narrow = search.all
    with in_time():
        found = read(_gather(narrow, size=size))
        if not found and _are_many(narrow):
            found = read(_walk(search, size=size, most=None))
    return found


def _estimate(conditions: list[Condition]) -> float:
    """How many rows Postgres expects; nothing is read for it but the statistics."""
    sql, params = where(conditions)
    plan = _value(f"EXPLAIN (FORMAT JSON) SELECT 1 FROM {_TABLE} e WHERE {sql}", params)  # noqa: S608 - our pieces
    return float(plan[0]["Plan"]["Plan Rows"])


def _walk(search: Search, *, size: int, most: int | None) -> Statement:
    """From the newest on, at most `most` rows. The inner LIMIT keeps the planner from another way."""
    time, time_params = where(search.time)
    sql, params = where(search.all)
    rows = (
        f"SELECT message_id FROM (SELECT * FROM {_TABLE} e WHERE {time} {_ORDER} LIMIT %s) e"  # noqa: S608 - our pieces
        f" WHERE {sql} LIMIT %s"
    )
    return rows, [*time_params, most, *params, size]


def _gather(conditions: list[Condition], *, size: int) -> Statement:
    """All that fit, sorted; none where there are as many as GATHER."""
    sql, params = where(conditions)
    rows = (
        f"WITH e AS MATERIALIZED (SELECT created_at, message_id FROM {_TABLE} e WHERE {sql} LIMIT %s)"  # noqa: S608 - our pieces
        f" SELECT message_id FROM e WHERE (SELECT count(*) FROM e) < %s {_ORDER} LIMIT %s"
    )
    return rows, [*params, GATHER, GATHER, size]


def _are_many(conditions: list[Condition]) -> bool:
    """Whether nothing was gathered because there was too much."""
    sql, params = where(conditions)
    counted = f"SELECT count(*) FROM (SELECT 1 FROM {_TABLE} e WHERE {sql} LIMIT %s) e"  # noqa: S608 - our pieces
    return bool(_value(counted, [*params, GATHER]) == GATHER)


def _value(sql: str, params: list[Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        [value] = cursor.fetchone()
    return json.loads(value) if isinstance(value, str) else value


@contextmanager
def in_time() -> Iterator[None]:
    """Each question inside is stopped after LONGEST. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST:d}")
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise
