"""Folds facts into days, each exactly once: the statement that counts them deletes them.

Two at once take different facts; one that is killed has counted none.
"""

from django.db import connection, transaction

BATCH = 5_000

_SQL = """
WITH gone AS (
    DELETE FROM reports_fact WHERE id IN (
        SELECT id FROM reports_fact ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING day, kind, channel, team, person, step, seconds
), counted AS (
    INSERT INTO reports_day (id, day, kind, channel, team, person, step, count, seconds)
    SELECT uuidv7(), day, kind, channel, team, person, step, count(*), sum(seconds)
    FROM gone GROUP BY day, kind, channel, team, person, step
    ORDER BY day, kind, channel, team, person, step
    ON CONFLICT (day, kind, channel, team, person, step)
    DO UPDATE SET count = reports_day.count + excluded.count, seconds = reports_day.seconds + excluded.seconds
)
SELECT count(*) FROM gone
"""


def fold() -> int:
    """Count whatever is there; how many facts those were."""
    total = 0
    while counted := _fold_some():
        total += counted
        if counted < BATCH:
            break
    return total


def sweep() -> None:
    """What a lost hint left."""
    fold()


@transaction.atomic
def _fold_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [BATCH])
        return int(cursor.fetchone()[0])
