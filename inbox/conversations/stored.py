"""Who wants to hear of every message in the transaction that stores it, such as the search's index.

Apps above register in AppConfig.ready(); domain/append.py tells them. What may come after the commit is an
event for browsers (push.py) or a task.
"""

from collections.abc import Callable

from inbox.conversations.models import Message

Listener = Callable[[Message], None]

_listeners: dict[str, Listener] = {}


def register_listener(key: str, listener: Listener) -> None:
    """Have `listener` called with each new message, which has its conversation; the same key replaces."""
    _listeners[key] = listener


def tell(message: Message) -> None:
    """A message was stored. What a listener raises takes the message back."""
    for key in sorted(_listeners):
        _listeners[key](message)
