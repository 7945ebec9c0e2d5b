"""A fleet run to the next release in a process of its own that kills itself at a given point, for good.

`python -m tests.tenants.schema.fleet.killed POINT NUMBER`: at the NUMBERth time that POINT is come to.
Points: rendered, statement, recorded, committed, alone, dumped, settled.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def main(point: str, number: int) -> None:
    sys.argv = ["manage.py", "migrate_fleet"]  # a process of the owner's, as the command's is
    import django

    django.setup()
    _arm(point, _fuse(number))
    from tenants.schema.fleet.run import Options, migrate_fleet
    from tests.tenants.schema.release import next_release, released

    with released(next_release()):
        migrate_fleet(Options(parallel=3, fill_pool=False), watch=lambda phase, done, total, failed: None)


def _fuse(number: int) -> Callable[[], None]:
    count = itertools.count(1)

    def burn() -> None:
        if next(count) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return burn


def _arm(point: str, burn: Callable[[], None]) -> None:
    """Wrap what is called at the point."""
    from tenants.schema import replay, template
    from tenants.schema.fleet import crew, ledger

    owners: dict[str, tuple[Any, str]] = {
        "rendered": (template, "store"),
        "statement": (replay, "_run"),
        "recorded": (replay, "_record"),
        "committed": (crew, "replay"),
        "alone": (replay, "run_alone"),
        "dumped": (template, "dump_template"),
        "settled": (ledger.Ledger, "settle"),
    }
    owner, name = owners[point]
    wrapped = getattr(owner, name)

    def act(*args: Any, **kwargs: Any) -> Any:
        done = wrapped(*args, **kwargs)
        burn()
        return done

    setattr(owner, name, act)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
