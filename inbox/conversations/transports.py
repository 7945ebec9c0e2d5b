"""The registry of transports: by channel, how an answer reaches the contact and what the inbox shows of it.

Each transport registers itself in AppConfig.ready(). A channel that nobody registered, such as one that was
taken away, is answered by e-mail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inbox.conversations.by_mail import deliver_by_mail, mail_obstacle, mail_way

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.utils.safestring import SafeString

    from inbox.conversations.enums import MessageState
    from inbox.conversations.models import Conversation, Message


def _nothing(*_: object) -> None:
    return None


def _as_written(ids: "Collection[UUID]") -> "dict[UUID, SafeString]":
    return {}


def _unknown(conversation: "Conversation") -> int:
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """How one channel works. All of it but `way` and `obstacle` runs in the transaction of the act.

    `obstacle` says why a conversation cannot be answered, or "". `deliver` hands an answer over and returns
    the state it has from then on; one that is queued is settled later. `way` says where answers go: what
    stands in the empty reply box, and what beside its button. `added` hears of each message that is
    not a private note, `seen` of how far (a seq) the team has seen one; `contact_seen` is how far the contact
    has, 0 where nobody knows. `laid_out` is asked with ids of the contact's messages, and gives of some how
    they are shown in place of their plain words. `is_live` says that the contact may be there to see somebody
    type, `takes_files` that an answer may carry some.
    """

    channel: str
    label: str
    icon: str
    obstacle: "Callable[[Conversation], str]" = mail_obstacle
    deliver: "Callable[[Message], MessageState]" = deliver_by_mail
    way: "Callable[[Conversation], tuple[str, str]]" = mail_way
    added: "Callable[[Message], None]" = _nothing
    seen: "Callable[[Conversation, int], None]" = _nothing
    contact_seen: "Callable[[Conversation], int]" = _unknown
    laid_out: "Callable[[Collection[UUID]], dict[UUID, SafeString]]" = _as_written
    is_live: bool = False
    takes_files: bool = True


OTHER = Transport(channel="", label="Another way", icon="globe")

_transports: dict[str, Transport] = {}


def register(transport: Transport) -> None:
    """Add a transport; another one for the same channel is a mistake and raises ValueError."""
    known = _transports.get(transport.channel)
    if known is not None and known != transport:
        raise ValueError(f"the channel {transport.channel!r} has a transport already")
    _transports[transport.channel] = transport


def transport_of(channel: str) -> Transport:
    """How conversations of this channel are answered and shown."""
    return _transports.get(channel, OTHER)


def channel_choices() -> list[tuple[str, str]]:
    """The channels there are, with their names."""
    return [(one.channel, one.label) for one in _transports.values()]
