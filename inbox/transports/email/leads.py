"""What a mail looks like as a lead: its new text, what it quotes, what is attached.

Storing it is inbox/conversations/domain/capture.py; whether it comes in at all is rules.py.
"""

from uuid import UUID

from inbox.conversations.domain.capture import Lead
from inbox.conversations.enums import Channel
from inbox.transports.email.kept import Kept
from inbox.transports.email.parsing import Mail
from inbox.transports.email.quoting import split_reply

NO_TEXT = "[This mail has no text.]"


def lead_of(
    mail: Mail, *, sender: str, to: str, external_id: str, conversation_id: UUID | None, kept: Kept
) -> Lead:
    """The lead of a mail that was read; `to` is the address it came to, `kept` are its files."""
    text, quoted = split_reply(mail.text)
    text = text or ("" if kept.files else NO_TEXT)
    return Lead(
        source=f"email:{to}"[:80],
        channel=Channel.EMAIL,
        external_id=external_id,
        name=mail.sender_name,
        email=sender,
        subject=mail.subject,
        text="\n\n".join(part for part in (text, _not_kept(kept)) if part),
        html=mail.html,
        quoted=quoted,
        automatic=mail.automatic,
        message_id=mail.message_id,
        references=" ".join(reversed(mail.in_reply_to)),
        conversation_id=conversation_id,
        files=kept.files,
    )


def unreadable_lead(*, sender: str, to: str, external_id: str, why: str) -> Lead:
    """What is shown of a mail that could not be read, so that nobody waits for an answer unseen."""
    return Lead(
        source=f"email:{to}"[:80],
        channel=Channel.EMAIL,
        external_id=external_id,
        email=sender,
        subject="A mail that could not be read",
        text=f"A mail to {to} could not be read. {why} It is kept as it came.",
        automatic=not sender,
    )


def _not_kept(kept: Kept) -> str:
    return f"[Attached, but not shown here: {', '.join(kept.not_kept)}]" if kept.not_kept else ""
