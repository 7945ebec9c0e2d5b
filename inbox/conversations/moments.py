"""Where a moment stands in a conversation: the number of its first message from then on.

Messages' times are in the order of their seqs (domain/append.py), which have no holes: it is found by halves.
"""

from datetime import datetime

from django.db import connection

from inbox.conversations.models import Conversation

_SQL = """
WITH RECURSIVE part (low, high) AS (
    SELECT 1, %(last)s::integer
    UNION ALL
    SELECT CASE WHEN m.created_at < %(moment)s THEN half.mid + 1 ELSE half.low END,
        CASE WHEN m.created_at < %(moment)s THEN half.high ELSE half.mid END
    FROM (SELECT low, high, (low + high) / 2 AS mid FROM part WHERE low < high) half
    JOIN conversations_message m ON m.conversation_id = %(conversation)s AND m.seq = half.mid
)
SELECT low FROM part WHERE low = high
"""


def seq_from(conversation: Conversation, *, moment: datetime) -> int:
    """The seq of the first message at or after `moment`, the newest one's where there is none; one query."""
    last = max(conversation.last_seq, 1)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"last": last, "moment": moment, "conversation": conversation.id})
        found = cursor.fetchone()
    return int(found[0]) if found else last
