"""Takes deleted labels and teams off conversations, some hundreds at a time, and then removes their rows.

Nobody sees them any more from the moment they are deleted, so that no row is pushed here. Killed at any
moment, whole batches were done and the sweep goes on; two at once take turns, and only share the work.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from django.db import transaction

from core.accounts.domain.teams import remove_team
from core.accounts.models import Team
from inbox.conversations.enums import Sorting
from inbox.conversations.models import Conversation, ConversationLabel, Label
from inbox.conversations.push import push_clearing, push_gone
from inbox.conversations.queries import label_count, team_counts
from tenants.tasks import enqueue

CLEAR = "inbox.clear_deleted"
BATCH = 500
"""Conversations that one transaction changes."""
TURN = 15.0
"""Seconds after which it lets other work of the same worker through."""
TOLD_EVERY = 1.0
"""Seconds between two words on how far it is."""
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Clearable:
    """What is deleted while conversations have it, each function by its id.

    `left` is how many have it, `take_off` takes it off a batch and says of how many, `remove` takes the row.
    """

    model: type[Label] | type[Team]
    left: Callable[[UUID], int]
    take_off: Callable[[UUID], int]
    remove: Callable[[UUID], object]


def begin_clearing(kind: Sorting, id: UUID, *, count: int) -> None:
    """In the transaction that deletes it: browsers are told, and a worker is woken; `count` have it."""
    push_gone(kind, id, count=count)
    enqueue(CLEAR, kind.value, str(id))


def go_on_clearing() -> None:
    """The sweep: whatever is deleted and still there. A worker that does it already is helped."""
    for kind, clearable in CLEARABLE.items():
        for id in clearable.model.everyone.exclude(deleted_at=None).values_list("id", flat=True):
            enqueue(CLEAR, kind.value, str(id))


def clear(kind: Sorting, id: UUID, *, clock: Clock = monotonic) -> None:
    """Clear a deleted label or team away for a turn; one that stands, or is gone, is left alone."""
    began = told = clock()
    while _step(kind, id):
        now = clock()
        if now - told >= TOLD_EVERY:
            told = now
            push_clearing(kind, id, left=left_of(kind, id))
        if now - began >= TURN:
            enqueue(CLEAR, kind.value, str(id))
            return


def left_of(kind: Sorting, id: UUID) -> int:
    """How many conversations still have it."""
    return CLEARABLE[kind].left(id)


@transaction.atomic
def _step(kind: Sorting, id: UUID) -> bool:
    """One batch, or else the row itself; whether there may be more to do."""
    clearable = CLEARABLE[kind]
    rows = clearable.model.everyone.select_for_update().filter(id=id).exclude(deleted_at=None)
    if not list(rows):
        return False
    if clearable.take_off(id):
        return True
    clearable.remove(id)
    push_clearing(kind, id, left=0)
    return False


def _off_labels(label_id: UUID) -> int:
    """In the order of their index; conversations are held first, as by whoever puts a label on."""
    marks = ConversationLabel.objects.filter(label=label_id)
    newest = marks.order_by("-state", "-last_message_at", "-conversation_id")
    held = _held(newest.values_list("conversation_id", flat=True)[:BATCH])
    return int(marks.filter(conversation__in=held).delete()[0])


def _off_teams(team_id: UUID) -> int:
    rows = Conversation.objects.filter(team=team_id)
    held = _held(rows.order_by("-state", "-last_message_at", "-id").values_list("id", flat=True)[:BATCH])
    return int(rows.filter(id__in=held).update(team=None))


def _held(ids: Iterable[UUID]) -> list[UUID]:
    """In the order of their keys, so that no two batches wait for each other."""
    rows = Conversation.objects.select_for_update(of=("self",)).filter(id__in=list(ids)).order_by("id")
    return list(rows.values_list("id", flat=True))


CLEARABLE = {
    Sorting.LABEL: Clearable(
        Label, left=label_count, take_off=_off_labels, remove=lambda id: Label.everyone.filter(id=id).delete()
    ),
    Sorting.TEAM: Clearable(
        Team, left=lambda id: team_counts([id]).get(id, 0), take_off=_off_teams, remove=remove_team
    ),
}
