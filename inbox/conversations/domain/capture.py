"""The one way a lead comes in, whatever carried it: form, API, e-mail or a teammate's hand.

Transports in inbox/transports check and translate; this stores contact, conversation and message once, even
when the same submission arrives twice, at once, or again within a day.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.contacts.domain.identify import find_or_create_contact
from core.contacts.models import Contact
from inbox.attachments.domain.attach import Attached
from inbox.conversations.domain.append import append, locked
from inbox.conversations.enums import Direction, Doubt, MessageState
from inbox.conversations.models import Capture, Conversation, Message
from inbox.conversations.push import push_message
from tenants.text import storable

REMEMBERED = timedelta(hours=24)
MAX_BODY = 200_000
"""Characters of one message; more than that is a file, and the rest is said to be cut."""
LIMITS = {
    "source": 80,
    "name": 200,
    "email": 254,
    "phone": 40,
    "company": 200,
    "subject": 300,
    "message_id": 998,
    "references": 8_000,
}
"""Characters the columns hold. Forms and API refuse more; of a mail's header the rest is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What came in. `source` names the door ("form:contact"), `external_id` the submission at that door.

    Without an external id the content itself is the submission's identity. `conversation_id` is set by a
    transport that has proven to which conversation an answer belongs. `quoted` is what a mail repeats below
    its new text; `automatic` says that a robot wrote it, such as an absence notice; `files` are kept, and
    loose. `client_key` is what the sender's browser calls the message; another message of that
    name makes the database refuse it.
    """

    source: str
    channel: str
    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    quoted: str = ""
    automatic: bool = False
    message_id: str = ""
    references: str = ""
    doubt: Doubt = Doubt.NONE
    conversation_id: UUID | None = None
    files: tuple[Attached, ...] = ()
    client_key: UUID | None = None

    @property
    def content_hash(self) -> str:
        content = [
            self.email.casefold(),
            self.phone,
            self.name,
            self.company,
            self.subject,
            self.text,
            self.html,
            *(one.file.sha256 for one in self.files),
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def dedupe_key(self) -> str:
        if self.external_id:
            return "id:" + hashlib.sha256(self.external_id.encode()).hexdigest()
        return "content:" + self.content_hash

    def with_external_id(self, external_id: str) -> "Lead":
        return replace(self, external_id=external_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What became of a lead. A duplicate names the first one's rows, and whether that one said the same."""

    message: Message
    conversation: Conversation
    contact: Contact
    duplicate: bool = False
    same_content: bool = True


Beside = Callable[[Message], None]


def _nothing(message: Message) -> None:
    """Most doors keep nothing more than the message."""


@transaction.atomic
def capture(lead: Lead, *, beside: Beside = _nothing) -> Captured:
    """Store a lead, once. What Postgres cannot hold is left out, never refused: callers check before.

    `beside` keeps what a door has to say of the new message, before browsers are told of it.
    """
    lead = _fitting(lead)
    claim = _claim(lead)
    now = timezone.now()
    if not claim.is_spent(now=now):
        return _first(claim, content_hash=lead.content_hash)
    conversation, is_new = _conversation(lead)
    message = append(conversation, message=_message(lead), now=now, files=lead.files)
    claim.message, claim.content_hash, claim.expires_at = message, lead.content_hash, now + REMEMBERED
    claim.save(update_fields=["message", "content_hash", "expires_at"])
    beside(message)
    push_message(message, is_new_conversation=is_new)
    return Captured(message=message, conversation=conversation, contact=conversation.contact)


def _claim(lead: Lead) -> Capture:
    """The row of this submission, locked: the first one stores the lead, everybody else waits for it."""
    for _ in range(5):
        Capture.objects.bulk_create(
            [
                Capture(
                    source=lead.source,
                    dedupe_key=lead.dedupe_key,
                    content_hash=lead.content_hash,
                    expires_at=timezone.now() + REMEMBERED,
                )
            ],
            ignore_conflicts=True,
        )
        rows = Capture.objects.select_for_update().filter(source=lead.source, dedupe_key=lead.dedupe_key)
        found: Capture | None = rows.first()
        if found:
            return found
        # The sweep removed a spent row between the two statements; the next insert wins.
    raise RuntimeError("the capture row vanished five times")


def _first(claim: Capture, *, content_hash: str) -> Captured:
    assert claim.message_id is not None
    message = Message.objects.select_related("conversation__contact").get(id=claim.message_id)
    return Captured(
        message=message,
        conversation=message.conversation,
        contact=message.conversation.contact,
        duplicate=True,
        same_content=claim.content_hash == content_hash,
    )


def _conversation(lead: Lead) -> tuple[Conversation, bool]:
    if lead.conversation_id:
        try:
            return locked(lead.conversation_id), False
        except Conversation.DoesNotExist:
            pass  # deleted meanwhile; what they wrote still starts a new one
    contact = find_or_create_contact(
        email=lead.email, phone=lead.phone, name=lead.name, company=lead.company, source=lead.source
    )
    conversation = Conversation.objects.create(
        contact=contact,
        channel=lead.channel,
        subject=lead.subject,
        doubt=lead.doubt,
        last_message_at=timezone.now(),
    )
    return conversation, True


def _message(lead: Lead) -> Message:
    return Message(
        direction=Direction.IN,
        body_text=_cut(lead.text),
        body_html=lead.html,
        quoted_text=_cut(lead.quoted),
        automatic=lead.automatic,
        state=MessageState.RECEIVED,
        message_id=lead.message_id,
        references=lead.references,
        client_key=lead.client_key,
    )


def _cut(text: str) -> str:
    return text if len(text) <= MAX_BODY else text[:MAX_BODY] + "\n\n[The rest was too long and was cut.]"


def _fitting(lead: Lead) -> Lead:
    texts = {field.name: getattr(lead, field.name) for field in fields(lead)}
    plain = {name: storable(text) for name, text in texts.items() if type(text) is str}
    cut: dict[str, Any] = {name: text[: LIMITS.get(name)] for name, text in plain.items()}
    return replace(lead, **cut)


def forget_old_captures() -> None:
    """Sweep: submissions whose day is over."""
    Capture.objects.filter(expires_at__lt=timezone.now()).delete()
