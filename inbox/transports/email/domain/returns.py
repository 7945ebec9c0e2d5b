"""Hears of a console's mail that came back: read at once and settled, because the platform keeps no mail.

Reports about a workspace's mail are kept and read like any other mail, by take_in.py.
"""

from uuid import UUID

import structlog

from core.sending.domain.bounces import take_bounce, take_delay
from inbox.transports.email.bounds import Unreadable
from inbox.transports.email.parsing import Mail, read_mail
from inbox.transports.email.reports import Report

log = structlog.get_logger(__name__)

LOOKED_AT = 256 * 1024
"""Bytes of a report that are read: what it says stands before the mail that it returns (RFC 3462 §3)."""


def hear_return(raw: bytes, *, mail_from: str, delivery_id: UUID) -> bool:
    """Settle what came back to a delivery's own address. False for a mail that a person or a list wrote.

    A report says so itself; what else has nobody as its sender is a robot's, and says nothing about the mail.
    """
    mail = _read(raw)
    if mail is None or not mail.report or mail.fate is None:
        return not mail_from
    if mail.fate.is_final:
        hear_fate(mail.fate, delivery_id=delivery_id)
    return True


def hear_fate(fate: Report, *, delivery_id: UUID) -> None:
    """Write on the ledger what a report says about a delivery; that it arrived is no news."""
    if fate.is_final:
        settled = take_bounce(delivery_id, status=fate.status, diagnostic=fate.diagnostic)
        log.info("mail_came_back", delivery=str(delivery_id), status=fate.status, settled=settled)
    elif fate.goes_on:
        take_delay(delivery_id, status=fate.status, diagnostic=fate.diagnostic, until=fate.until)


def _read(raw: bytes) -> Mail | None:
    try:
        return read_mail(raw[:LOOKED_AT])
    except Unreadable:
        return None
