"""Hears of a console's mail that came back: read at once and settled, because the platform keeps no mail.

Reports about a workspace's mail are kept and read like any other mail, by take_in.py.
"""

from uuid import UUID

import structlog

from core.sending.domain.bounces import take_bounce
from inbox.transports.email.bounds import Unreadable
from inbox.transports.email.parsing import Mail, read_mail

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
        settled = take_bounce(delivery_id, status=mail.fate.status, diagnostic=mail.fate.diagnostic)
        log.info("mail_came_back", delivery=str(delivery_id), status=mail.fate.status, settled=settled)
    return True


def _read(raw: bytes) -> Mail | None:
    try:
        return read_mail(raw[:LOOKED_AT])
    except Unreadable:
        return None
