"""How a reply reads as a mail: from whom, to which thread it belongs, where an answer goes.

It is queued and settled in domain/replies.py; the bytes are built and sent by core/sending.
"""

from collections.abc import Sequence

from django.conf import settings

from core.accounts.models import User
from core.files import storage
from core.files.models import StoredFile
from core.files.rules import clean_name
from core.sending import identity
from core.sending.models import Delivery
from core.sending.outgoing import MailFile, Outgoing
from core.sending.tokens import reply_address
from inbox.attachments.queries import sent_files
from inbox.conversations.domain.settling import parse_ref
from inbox.conversations.enums import Direction
from inbox.conversations.models import Message
from inbox.conversations.queries import answers_between, last_inbound

QUOTED = 2_000
"""Characters of the contact's last message that are repeated below an answer."""


def compose_reply(delivery: Delivery) -> Outgoing:
    """What to say. Raises ValueError when the message is gone, and for a private note: no mail holds one."""
    message_id, _ = parse_ref(delivery.ref)
    rows = Message.objects.select_related("conversation__contact", "author")
    message: Message | None = rows.filter(id=message_id).first()
    if message is None:
        raise ValueError("the message was deleted before it was sent")
    if message.direction == Direction.NOTE:
        raise ValueError("a private note is sent to nobody")
    sender, asked = identity.sender(), last_inbound(message.conversation_id, before=message.seq)
    said = _said(message, since=delivery.payload.get("since"))
    files, left = _fitting(sent_files(one.id for one in said))
    return Outgoing(
        subject=_subject(message.conversation.subject or sender.name),
        text=_text(said, left=left) + (_quote(asked) if asked else ""),
        from_name=_from_name(message.author, house=sender.name),
        reply_to=reply_address(message.conversation_id, domain=sender.domain),
        in_reply_to=asked.message_id if asked else "",
        references=tuple(asked.references.split()) if asked and asked.message_id else (),
        files=tuple(_mail_file(file) for file in files),
    )


def _mail_file(file: StoredFile) -> MailFile:
    """The file's own bytes, each time the mail is put together: a later try sends the same ones."""
    return MailFile(name=clean_name(file.name), content_type=file.content_type, data=storage.read(file.key))


def _said(message: Message, *, since: int | None) -> list[Message]:
    """The answer; with `since`, the answers from that seq on."""
    if since is None:
        return [message]
    return answers_between(message.conversation_id, first=since, last=message.seq)


def _fitting(files: Sequence[StoredFile]) -> tuple[list[StoredFile], list[StoredFile]]:
    """Those that go along, and those that do not: one answer fits, and several together may not."""
    fits: list[StoredFile] = []
    left: list[StoredFile] = []
    size = 0
    for file in files:
        is_too_much = size + file.size > settings.MESSAGE_FILES_MAX_BYTES
        (left if is_too_much else fits).append(file)
        size += 0 if is_too_much else file.size
    return fits, left


def _text(said: Sequence[Message], *, left: Sequence[StoredFile]) -> str:
    """The words, and what is only to be had where they were said first."""
    words = [one.body_text for one in said if one.body_text]
    if left:
        names = ", ".join(f"{file.name} ({file.size_in_words})" for file in left)
        words.append(f"Too large to go along, and to be found in the chat: {names}")
    return "\n\n".join(words)


def _from_name(author: User | None, *, house: str) -> str:
    """Whose answer it is. That somebody from support wrote it is the team's to know, not their customer's."""
    return house if author is None or author.is_support else f"{author.display_name} ({house})"


def _subject(subject: str) -> str:
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def _quote(asked: Message) -> str:
    text = asked.body_text.strip()
    if not text:
        return ""
    text = text if len(text) <= QUOTED else text[:QUOTED].rstrip() + " …"
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"\n\nOn {asked.created_at:%d %b %Y at %H:%M} UTC you wrote:\n{lines}\n"
