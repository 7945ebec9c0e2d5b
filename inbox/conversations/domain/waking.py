"""Wakes snoozed conversations whose time has come, on top of the list as if something new had arrived.

Called when due and by the sweep; two at once share the work.
"""

from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from inbox.conversations.domain.append import locked
from inbox.conversations.domain.marks import keep_marks
from inbox.conversations.domain.waiting import unanswered_since
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from inbox.conversations.push import push_change
from inbox.conversations.turned import tell_turn

log = structlog.get_logger(__name__)

BATCH = 200


def wake_due() -> None:
    """Wake whatever is due; one that cannot be woken is logged and does not keep the others asleep."""
    failed: list[UUID] = []
    while due := _due(but=failed):
        for conversation_id in due:
            try:
                _wake(conversation_id)
            except Conversation.DoesNotExist:
                continue
            except Exception:
                log.exception("wake_failed", conversation=str(conversation_id))
                failed.append(conversation_id)


def _due(*, but: list[UUID]) -> list[UUID]:
    rows = Conversation.objects.filter(snoozed_until__lte=timezone.now(), state=State.SNOOZED)
    rows = rows.exclude(id__in=but)
    return list(rows.order_by("snoozed_until").values_list("id", flat=True)[:BATCH])


@transaction.atomic
def _wake(conversation_id: UUID) -> None:
    now = timezone.now()
    row = locked(conversation_id)
    if row.state != State.SNOOZED or row.snoozed_until is None or row.snoozed_until > now:
        return  # somebody opened it, or put it off again, while we waited for its row
    row.state, row.snoozed_until = State.OPEN, None
    row.waiting_since = unanswered_since(row)
    row.last_message_at = max(now, row.last_message_at)  # lists are in this order, and it belongs on top
    row.save(update_fields=["state", "snoozed_until", "waiting_since", "last_message_at"])
    tell_turn(row, before=State.SNOOZED, by=None)
    keep_marks(row)
    push_change(row, by=None)
