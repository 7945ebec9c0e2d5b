"""What a visitor does: come, write, say who they are, see an answer.

Storing once is inbox/conversations/domain/capture.py; answers of the team are answers.py next door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.contacts.domain.identify import attach_address
from core.contacts.models import Contact
from core.files.domain.hold import FileGone
from core.realtime.audience import everyone
from core.realtime.push import push_on_commit
from inbox.conversations.domain.append import locked
from inbox.conversations.domain.capture import Captured, Lead, capture
from inbox.conversations.enums import Direction
from inbox.conversations.models import Conversation, Message
from inbox.conversations.push import push_change
from inbox.transports.chat.domain.uploads import FilesGone, take_along
from inbox.transports.chat.events import ContactSeen
from inbox.transports.chat.hooks import CHANNEL, tell_visitor
from inbox.transports.chat.models import Visitor
from inbox.transports.chat.token import hash_of, new_secret

SOURCE = "chat"
MAX_LENGTH = 5_000
"""Characters of one message."""


class KeyTaken(Exception):
    """Another message is called by this key; the browser makes a new one."""


def come() -> tuple[Visitor, str]:
    """A new visitor, and their secret, which is kept nowhere."""
    secret = new_secret()
    return Visitor.objects.create(secret_hash=hash_of(secret)), secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a visitor: its words, files they sent ahead, or both, and who they say they are.

    `key` is what their browser calls it.
    """

    key: UUID
    text: str
    attached: Sequence[UUID] = ()
    name: str = ""
    email: str = ""


def write(visitor: Visitor, said: Said) -> Message:
    """Store a message, once: the same key is the same message. Raises KeyTaken, FilesGone and NotKept."""
    key = said.key
    try:
        message = _write(visitor, said)
        if message is None:  # another tab has begun the conversation just now
            visitor.refresh_from_db()
            message = _write(visitor, said)
    except FileGone as error:
        raise FilesGone("A file is no longer here. Attach it again.") from error
    except IntegrityError as error:
        message = _stored_before(visitor, key=key)
        if message is None:
            raise KeyTaken from error
    assert message is not None
    return message


@transaction.atomic
def _write(visitor: Visitor, said: Said) -> Message | None:
    """Locks the conversation before the visitor, as everybody does; None when there is one meanwhile."""
    conversation_id = visitor.conversation_id
    if conversation_id is not None:
        locked(conversation_id)
    row: Visitor = Visitor.objects.select_for_update().get(id=visitor.id)
    if row.conversation_id != conversation_id:
        return None
    if said.attached and (stored := _stored_before(row, key=said.key)):
        return stored  # its files went with it the first time
    captured = capture(
        Lead(
            source=SOURCE,
            channel=CHANNEL,
            external_id=f"{row.id}:{said.key}",
            name=said.name or ("" if said.email else str(row)),
            email=said.email,
            text=said.text,
            conversation_id=conversation_id,
            client_key=said.key,
            files=take_along(row, ids=said.attached),
        )
    )
    if not captured.duplicate:
        _written(row, captured=captured, name=said.name, email=said.email)
    return captured.message


def _stored_before(visitor: Visitor, *, key: UUID) -> Message | None:
    """Their own message of this key; the team's answers and notes have keys as well."""
    if visitor.conversation_id is None:
        return None
    rows = Message.objects.filter(client_key=key, conversation=visitor.conversation, direction=Direction.IN)
    found: Message | None = rows.select_related("author").first()
    return found


def _written(row: Visitor, *, captured: Captured, name: str, email: str) -> None:
    """Who writes has read what stands above; the first message makes the conversation theirs."""
    if row.conversation_id != captured.conversation.id:
        row.conversation, row.seen_seq, row.mailed_seq = captured.conversation, 0, 0
        tell_visitor(row, captured.message)
    elif email:
        _introduce(captured.conversation, visitor=row, email=email, name=name)
    row.name = name or row.name
    row.waits_since, row.last_seen_at = None, timezone.now()
    row.save(update_fields=["conversation", "seen_seq", "mailed_seq", "name", "waits_since", "last_seen_at"])
    note_seen(row, seq=captured.message.seq)


@transaction.atomic
def introduce(visitor: Visitor, *, email: str, name: str = "") -> None:
    """A visitor says who they are, so that answers reach them when they are gone; the first time counts."""
    assert visitor.conversation_id is not None
    _introduce(locked(visitor.conversation_id), visitor=visitor, email=email, name=name)
    if name:
        visitor.name = name
        visitor.save(update_fields=["name"])


def _introduce(conversation: Conversation, *, visitor: Visitor, email: str, name: str) -> None:
    """Somebody the team knows already has this conversation among theirs from now on."""
    before = conversation.contact
    named_by_us = Contact.objects.filter(id=before.id, name=f"Visitor {visitor.short}", email_key=None)
    named_by_us.update(name="")
    contact = attach_address(before, email=email, name=name)
    conversation.contact = contact
    if contact.id != before.id:
        conversation.save(update_fields=["contact"])
        _forget(before)
    push_change(conversation, by=None)


def _forget(nameless: Contact) -> None:
    """Whoever turned out to be somebody else is nobody, unless something of the team's hangs on them."""
    relations = (
        (one.related_model._default_manager, one.field.name) for one in Contact._meta.related_objects
    )
    if not any(rows.filter(**{name: nameless}).exists() for rows, name in relations):
        nameless.delete()


def note_seen(visitor: Visitor, *, seq: int) -> None:
    """They had everything up to `seq` on a focused screen; the mark only moves forward."""
    if not Visitor.objects.filter(id=visitor.id, seen_seq__lt=seq).update(seen_seq=seq):
        return
    assert visitor.conversation_id is not None
    push_on_commit(ContactSeen(conversation=visitor.conversation_id, seq=seq), audience=everyone())


@transaction.atomic
def see(visitor: Visitor, *, message: Message) -> None:
    """A visitor has seen a message and all before it."""
    row: Visitor = Visitor.objects.select_for_update().get(id=visitor.id)
    row.last_seen_at = timezone.now()
    if not _answered_since(message):
        row.waits_since = None
    row.save(update_fields=["last_seen_at", "waits_since"])
    note_seen(row, seq=message.seq)


def _answered_since(message: Message) -> bool:
    rows = Message.objects.filter(conversation_id=message.conversation_id, direction=Direction.OUT)
    return bool(rows.filter(seq__gt=message.seq).exists())
