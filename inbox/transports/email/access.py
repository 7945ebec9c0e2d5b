"""From what a mail claims to answer to a conversation: claims are hints, and the sender must be its contact.

A subject alone proves nothing and is never looked at. A key of ours is found by its id, for the settings.
"""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from core.contacts.rules import email_key
from core.sending.models import Delivery, DkimKey
from core.sending.tokens import REPLY, read_address
from inbox.conversations.models import Conversation, Message
from inbox.transports.email.parsing import Mail


def access_answered(mail: Mail, *, sender: str, recipients: list[str]) -> UUID | None:
    """The conversation this mail answers: by signed reply address, else by the ids it refers to; or None."""
    key = email_key(sender)
    if key is None:
        return None
    return _by_address(recipients, key=key) or _by_reference(mail.in_reply_to, key=key)


def access_key(user: User, *, id: UUID) -> DkimKey:
    """A key that signs this workspace's mail, for those who may manage e-mail. Raises Http404."""
    found: DkimKey | None = DkimKey.objects.filter(id=id).first()
    if found is None:
        raise Http404("no such key")
    return found


def is_sent(message_id: str) -> bool:
    """Whether this is the id of a mail that left this workspace; its first part is its delivery's own id."""
    try:
        delivery_id = UUID(message_id.strip("<>").partition("@")[0])
    except ValueError:
        return False
    return Delivery.objects.filter(id=delivery_id, message_id=message_id).exists()


def _by_address(recipients: list[str], *, key: str) -> UUID | None:
    opened = [read_address(address) for address in recipients]
    ids = [found[1] for found in opened if found and found[0] == REPLY]
    rows = Conversation.objects.filter(id__in=ids[:20], contact__email_key=key)
    found: UUID | None = rows.values_list("id", flat=True).first()
    return found


def _by_reference(answered: tuple[str, ...], *, key: str) -> UUID | None:
    rows = Message.objects.filter(message_id__in=answered, conversation__contact__email_key=key)
    known = dict(rows.values_list("message_id", "conversation_id"))
    return next((known[message_id] for message_id in answered if message_id in known), None)
