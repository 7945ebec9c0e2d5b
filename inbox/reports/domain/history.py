"""What was said before there were reports, as facts: once per conversation, as it is given its clock.

A conversation without a clock is filled when something happens in it, or by the task that goes through them
all; both hold its row, so nothing is counted twice. Who resolved what, and when, nobody knows any more.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from inbox.conversations.enums import Direction
from inbox.conversations.models import Conversation, Message
from inbox.reports.enums import NOBODY, STEPS
from inbox.reports.models import Clock

BATCH = 500

_SQL = """
WITH said AS (
    SELECT m.*, c.channel, c.created_at AS began, coalesce(c.team_id, %(nobody)s) AS team,
        extract(epoch FROM m.created_at - c.created_at)::bigint AS took,
        m.direction = 'out' AND 1 = row_number() OVER (
            PARTITION BY m.conversation_id, m.direction ORDER BY m.seq
        ) AS is_first_reply
    FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id
    WHERE c.id = ANY(%(ids)s) AND m.seq < c.next_seq AND m.direction IN ('in', 'out') AND NOT m.automatic
)
INSERT INTO reports_fact (id, day, kind, channel, team, person, step, seconds)
SELECT uuidv7(), (created_at AT TIME ZONE 'UTC')::date,
    CASE direction WHEN 'in' THEN 'received' ELSE 'sent' END,
    channel, team, coalesce(author_id, %(nobody)s), 0, 0
FROM said
UNION ALL
SELECT uuidv7(), (created_at AT TIME ZONE 'UTC')::date, 'started', channel, team, %(nobody)s, 0, 0
FROM said WHERE seq = 1 AND direction = 'in'
UNION ALL
SELECT uuidv7(), (created_at AT TIME ZONE 'UTC')::date, 'replied',
    channel, team, coalesce(author_id, %(nobody)s),
    width_bucket(greatest(took, 0), %(steps)s::bigint[]) - 1, greatest(took, 0)
FROM said WHERE is_first_reply
"""


@transaction.atomic
def fill(conversation_ids: Collection[UUID]) -> None:
    """Count what was said in these conversations, whose rows the caller holds, and start their clocks."""
    clocks = Clock.objects.filter(conversation__in=conversation_ids)
    counted = set(clocks.values_list("conversation", flat=True))  # somebody may have written meanwhile
    ids = [id for id in conversation_ids if id not in counted]
    answered = set(_answered(ids))
    rows = Conversation.objects.filter(id__in=ids).values_list("id", "created_at")
    made = [Clock(conversation_id=id, opened_at=began, replied=id in answered) for id, began in rows]
    Clock.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"ids": ids, "nobody": UUID(NOBODY), "steps": list(STEPS)})


def fill_all() -> int:
    """Fill every conversation without a clock, some at a time; how many those were."""
    filled, last = 0, None
    while ids := _fill_some(after=last):
        filled, last = filled + len(ids), ids[-1]
    return filled


@transaction.atomic
def _fill_some(*, after: UUID | None) -> list[UUID]:
    """The next batch of those without a clock, past `after`; what somebody holds just now fills itself."""
    rows = Conversation.objects.select_for_update(of=("self",), skip_locked=True)
    rows = rows.filter(~Exists(Clock.objects.filter(conversation=OuterRef("pk"))))
    if after is not None:
        rows = rows.filter(id__gt=after)
    ids = list(rows.order_by("id").values_list("id", flat=True)[:BATCH])
    if ids:
        fill(ids)
    return ids


def _answered(ids: list[UUID]) -> list[UUID]:
    rows = Message.objects.filter(conversation_id__in=ids, direction=Direction.OUT)
    rows = rows.filter(automatic=False, seq__lt=F("conversation__next_seq"))
    return list(rows.values_list("conversation_id", flat=True).distinct())
