"""What a team's years leave on a bench's conversations: teams, labels, priorities, some asleep, some pending.

The messages are inboxes.py next door; which conversation gets what follows from its id, the same each time.
"""

from dataclasses import dataclass
from uuid import UUID

import psycopg

from core.accounts.models import Team
from inbox.conversations.models import Label
from tenants.context import workspace
from tenants.models import Workspace
from tests.bench.installation import Installation

_DICE = "('x' || right(replace({id}::text, '-', ''), 7))::bit(28)::int %% 1000"
"""0 to 999, from the random end of an id."""
LABELS = (("Common", 0, 600), ("Frequent", 500, 600), ("Invoice", 600, 620), ("Rare", 999, 1000))
"""Name, and which throws of the dice have it: 120,000, 20,000, 4,000 and 200 of 200,000 conversations."""
TEAMS = (("Sales", 0, 500), ("Support", 500, 800), ("Few", 998, 1000))
PRIORITIES = ((4, 0, 5), (3, 5, 30), (2, 30, 80), (1, 80, 120))
RESTS = (("pending", 900, 905), ("snoozed", 905, 910))


@dataclass(frozen=True, slots=True)
class Sorted:
    """The ids that lists are narrowed by."""

    labels: dict[str, UUID]
    teams: dict[str, UUID]


def sort_inbox(place: Installation, row: Workspace) -> Sorted:
    """Lay it on the conversations of `row`, once."""
    with workspace(row):
        there = Label.objects.exists()
        if not there:
            Label.objects.bulk_create(Label(name=name, hue=0) for name, *_ in LABELS)
            Team.objects.bulk_create(Team(name=name) for name, *_ in TEAMS)
        labels = {label.name: label.id for label in Label.objects.all()}
        teams = {team.name: team.id for team in Team.objects.all()}
    if not there:
        with psycopg.connect(place.superuser_dsn(), autocommit=True) as conn:
            conn.execute(f"SET search_path = {row.schema}".encode())
            _lay(conn, labels=labels, teams=teams)
    return Sorted(labels, teams)


def _lay(
    conn: psycopg.Connection[tuple[object, ...]], *, labels: dict[str, UUID], teams: dict[str, UUID]
) -> None:
    dice = _DICE.format(id="id")
    between = f"({dice}) >= %s AND ({dice}) < %s"
    for name, low, high in TEAMS:
        sql = f"UPDATE conversations_conversation SET team_id = %s WHERE {between}"
        conn.execute(sql.encode(), [teams[name], low, high])
    for priority, low, high in PRIORITIES:
        sql = f"UPDATE conversations_conversation SET priority = %s WHERE {between}"
        conn.execute(sql.encode(), [priority, low, high])
    for state, low, high in RESTS:
        sql = f"UPDATE conversations_conversation SET state = %s, waiting_since = NULL WHERE {between}"
        conn.execute(sql.encode(), [state, low, high])
    for name, low, high in LABELS:
        sql = (
            "INSERT INTO conversations_conversationlabel"
            " (id, label_id, conversation_id, last_message_at, state)"
            f" SELECT gen_random_uuid(), %s, id, last_message_at, state FROM conversations_conversation"
            f" WHERE {between}"
        )
        conn.execute(sql.encode(), [labels[name], low, high])
    conn.execute(b"VACUUM FULL conversations_conversation")  # the updates left as many dead rows as live ones
    for table in ("conversations_conversation", "conversations_conversationlabel"):
        conn.execute(f"VACUUM (ANALYZE, FREEZE) {table}".encode())
