"""Who wants to hear of every change of a conversation's state in the transaction that makes it.

Apps above register in AppConfig.ready(), as for messages (stored.py).
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from core.accounts.models import User
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation

Listener = Callable[[Conversation, State, "User | None"], None]

ManyListener = Callable[[Sequence[Conversation], Mapping[UUID, State], "User | None"], None]

_listeners: dict[str, tuple[Listener, ManyListener | None]] = {}


def register_turn_listener(key: str, listener: Listener, *, many: ManyListener | None = None) -> None:
    """Have `listener` called with the conversation, its state before and who changed it; replaces by key.

    `many` hears of many at once, with the state before of each by its id; without it, one after the other.
    """
    _listeners[key] = listener, many


def tell_turn(conversation: Conversation, *, before: str, by: User | None) -> None:
    """The state has changed. What a listener raises takes the change back."""
    if before == conversation.state:
        return
    for key in sorted(_listeners):
        _listeners[key][0](conversation, State(before), by)


def tell_turns(rows: Sequence[Conversation], *, before: Mapping[UUID, State], by: User | None) -> None:
    """The same of many, in a number of questions that does not grow with them where listeners can."""
    turned = [row for row in rows if before[row.id] != row.state]
    if not turned:
        return
    for key in sorted(_listeners):
        one, many = _listeners[key]
        if many:
            many(turned, before, by)
            continue
        for row in turned:
            one(row, before[row.id], by)
