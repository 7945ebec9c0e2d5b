"""When a demo's conversations were resolved, and by whom: reports are told, the rows know it no more.

What was said in them reports read by themselves (inbox/reports/domain/history.py).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from deploy.demo.chance import stream
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from inbox.reports.domain.collect import note_resolved

LOOKS_AFTER = 45
"""Minutes on average from the last word until somebody closes the matter."""


def tell_resolved(*, seed: int, until: datetime) -> None:
    """Tell the reports of every resolved conversation of the current workspace, once, before `until`."""
    note_resolved(_turns(seed=seed, until=until))


def _turns(*, seed: int, until: datetime) -> Iterator[tuple[Conversation, UUID | None, datetime]]:
    random = stream(seed, purpose="turns")
    for row in Conversation.objects.filter(state=State.RESOLVED).order_by("id"):
        at = row.last_message_at + timedelta(minutes=1 + random.expovariate(1 / LOOKS_AFTER))
        yield row, row.assignee_id, max(row.last_message_at, min(at, until))
