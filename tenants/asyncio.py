"""The only bridge from async code to the database: the place is entered inside every synchronous call.

All consumers of a process share one database thread, so a place set once in connect() leaks into the
others (measured: 50 of 100 reads went to the wrong workspace). `database_sync_to_async` is banned by lint.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar, cast

from channels.db import database_sync_to_async  # noqa: TID251 - the one place that may

from tenants.context import Place, entered

P = ParamSpec("P")
R = TypeVar("R")


def _run(place: Place, call: Callable[[], R]) -> R:
    with entered(place):
        return call()


async def in_place(place: Place, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `fn` in a database thread inside `place`, and give its connection back afterwards."""
    call = partial(fn, *args, **kwargs)
    return cast("R", await database_sync_to_async(_run, thread_sensitive=True)(place, call))
