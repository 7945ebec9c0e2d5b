"""Who wants to hear of every change of a conversation's state in the transaction that makes it.

Apps above register in AppConfig.ready(), as for messages (stored.py).
"""

from collections.abc import Callable

from core.accounts.models import User
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation

Listener = Callable[[Conversation, State, "User | None"], None]

_listeners: dict[str, Listener] = {}


def register_turn_listener(key: str, listener: Listener) -> None:
    """Have `listener` called with the conversation, its state before and who changed it; replaces by key."""
    _listeners[key] = listener


def tell_turn(conversation: Conversation, *, before: str, by: User | None) -> None:
    """The state has changed. What a listener raises takes the change back."""
    if before == conversation.state:
        return
    for key in sorted(_listeners):
        _listeners[key](conversation, State(before), by)
