"""`make reset`: forgets every lead and every mail of this checkout, wherever its data lies.
What was installed (.venv, node_modules) stays."""

import shutil
import sys

from deploy.dev.bootstrap import say
from deploy.dev.postgres import EmbeddedPostgres
from deploy.dev.problem import Problem, explained
from deploy.dev.run import STATE

NAMES = {"postgres", "pg"}  # of data directories; other locks in there guard no data


def main() -> int:
    """Remove the state of `make run` and of the tests. Raises Problem while one of them runs."""
    servers = [EmbeddedPostgres(lock.with_suffix("")) for lock in STATE.rglob("*.lock") if lock.stem in NAMES]
    for server in servers:
        if not server.lock.take():
            raise Problem(
                f"Marque is running (process {server.lock.holder()}): stop it, then `make reset` again."
            )
    for server in servers:
        server.destroy()
    shutil.rmtree(STATE, ignore_errors=True)
    say("All data of this checkout is gone; `make run` starts afresh.")
    return 0


if __name__ == "__main__":
    sys.exit(explained(main))
