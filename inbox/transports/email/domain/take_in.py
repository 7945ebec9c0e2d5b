"""Reads a kept mail and brings it into the inbox, once; one that cannot be read is shown as such.

Begin (counted, committed), read outside any transaction, then settle together with the lead. A worker that
dies while reading leaves a count behind, so that a mail that kills workers is not read for ever.
"""

from dataclasses import replace
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.sending.identity import mail_domain
from inbox.conversations.domain.capture import Captured, Lead, capture
from inbox.conversations.models import Message
from inbox.transports.email import rules
from inbox.transports.email.access import access_answered, is_sent
from inbox.transports.email.bounds import Unreadable
from inbox.transports.email.domain import storms
from inbox.transports.email.domain.answering import answer_automatically
from inbox.transports.email.domain.files import keep_files
from inbox.transports.email.domain.returns import hear_fate
from inbox.transports.email.kept import Kept
from inbox.transports.email.leads import lead_of, unreadable_lead
from inbox.transports.email.models import HeldMail, InboundMail
from inbox.transports.email.parsing import Mail, read_mail

log = structlog.get_logger(__name__)
State = InboundMail.State

READS = 3
"""How often reading is tried before the mail is shown unread."""
TRIES = 8
"""How often it is tried to bring it in at all."""
NOBODY = "<>"
"""The sender of mail that names none."""
COPY = "The same mail came before."


def take_in(inbound_id: UUID) -> None:
    """Read one kept mail and settle it; does nothing when it is settled already."""
    inbound = _begin(inbound_id)
    if inbound is None:
        return
    domain = mail_domain()
    try:
        mail = _read(inbound)
    except Unreadable as error:
        _settle_unreadable(inbound, why=str(error))
    else:
        reason = rules.why_ignored(
            mail,
            mail_from=inbound.mail_from,
            recipients=inbound.rcpt_to,
            domain=domain,
            is_sent=is_sent(mail.message_id),
        )
        _take_in(inbound, mail=mail, reason=reason)


def _take_in(inbound: InboundMail, *, mail: Mail, reason: str) -> None:
    """Its files are kept before the transaction, unless there is no message for them."""
    is_new = not reason and not _came_before(mail)
    sender = _sender(inbound, mail) or NOBODY
    if is_new and storms.breaks(inbound, sender=sender):
        _hold(inbound, sender=sender)
        return
    kept = keep_files(bytes(inbound.raw), html=mail.html) if is_new else Kept()
    _settle_read(inbound, mail=mail, reason=reason, kept=kept)


@transaction.atomic(durable=True)
def _begin(inbound_id: UUID) -> InboundMail | None:
    rows = InboundMail.objects.filter(id=inbound_id, state=State.RECEIVED)
    if not rows.update(attempts=F("attempts") + 1):
        return None
    inbound: InboundMail = rows.get()
    if inbound.attempts > TRIES:
        log.error("inbound_mail_given_up", inbound=str(inbound_id))
        _write(inbound, state=State.FAILED, reason="It could not be brought into the inbox.")
        return None
    return inbound


def _sender(inbound: InboundMail, mail: Mail) -> str:
    """Who wrote it; "" for nobody."""
    return mail.sender or rules.address_or_none(inbound.mail_from)


@transaction.atomic(durable=True)
def _hold(inbound: InboundMail, *, sender: str) -> None:
    if _still_waits(inbound):
        HeldMail.objects.create(inbound=inbound, sender=sender)
        _write(inbound, state=State.HELD, reason=storms.HELD)


def _read(inbound: InboundMail) -> Mail:
    if inbound.attempts > READS:
        raise Unreadable("It could not be brought in, several times.")
    return read_mail(bytes(inbound.raw))


@transaction.atomic(durable=True)
def _settle_read(inbound: InboundMail, *, mail: Mail, reason: str, kept: Kept) -> None:
    if not _still_waits(inbound):
        return
    recipients, mail_from = inbound.rcpt_to, inbound.mail_from
    if reason:
        _hear_report(mail, recipients=recipients)
        _write(inbound, state=State.IGNORED, reason=reason)
        return
    key = rules.content_key(mail)
    first = _first_copy(key)
    if first is not None:
        _write(inbound, state=State.IGNORED, reason=COPY, content_key=key, message=first.message)
        return
    sender = _sender(inbound, mail)
    lead = lead_of(
        replace(mail, automatic=mail.automatic or not mail_from),  # RFC 3834 §2: nobody is to answer nobody
        sender=sender,
        to=rules.door(recipients),
        external_id=key or inbound.sha256,
        conversation_id=access_answered(mail, sender=sender, recipients=recipients),
        kept=kept,
    )
    captured = _bring_in(inbound, lead=lead, state=State.CAPTURED, content_key=key)
    if not captured.duplicate:
        answer_automatically(captured.message, wants_answer=mail.wants_answer)


def _hear_report(mail: Mail, *, recipients: list[str]) -> None:
    delivery_id = rules.bounced(recipients)
    if mail.fate is not None and delivery_id is not None:
        hear_fate(mail.fate, delivery_id=delivery_id)


@transaction.atomic(durable=True)
def _settle_unreadable(inbound: InboundMail, *, why: str) -> None:
    if not _still_waits(inbound):
        return
    sender, to = rules.address_or_none(inbound.mail_from), rules.door(inbound.rcpt_to)
    lead = unreadable_lead(sender=sender, to=to, external_id=inbound.sha256, why=why)
    _bring_in(inbound, lead=lead, state=State.UNREADABLE, reason=why)


def _first_copy(key: str) -> InboundMail | None:
    rows = InboundMail.objects.filter(content_key=key, state=State.CAPTURED).select_related("message")
    return rows.defer("raw").first() if key else None


def _came_before(mail: Mail) -> bool:
    """Asked before its files are kept, so that copies leave none; what counts is asked again in the end."""
    return _first_copy(rules.content_key(mail)) is not None


def _still_waits(inbound: InboundMail) -> bool:
    """Whether nobody has settled it meanwhile; it is locked until the transaction ends."""
    rows = InboundMail.objects.select_for_update().filter(id=inbound.id, state=State.RECEIVED)
    return rows.only("id").first() is not None


def _bring_in(
    inbound: InboundMail, *, lead: Lead, state: InboundMail.State, reason: str = "", content_key: str = ""
) -> Captured:
    captured = capture(lead)
    if captured.duplicate:
        state, reason = State.IGNORED, COPY
    _write(inbound, state=state, reason=reason, content_key=content_key, message=captured.message)
    return captured


def _write(
    inbound: InboundMail,
    *,
    state: InboundMail.State,
    reason: str = "",
    content_key: str = "",
    message: Message | None = None,
) -> None:
    inbound.state, inbound.reason, inbound.settled_at = state, reason, timezone.now()
    inbound.content_key, inbound.message = content_key, message
    inbound.save(update_fields=["state", "reason", "settled_at", "content_key", "message"])
