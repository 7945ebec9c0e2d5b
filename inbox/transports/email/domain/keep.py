"""Keeps a mail as it came, before its sender is told that we have it.

Reading it comes afterwards, in take_in.py; if nobody is woken for that, sweep.py does it.
"""

import hashlib

from django.db import transaction

from core.sending.rules.headers import one_line
from inbox.transports.email.models import InboundMail
from tenants.tasks import enqueue

READ = "inbox.email.read"


@transaction.atomic
def keep(raw: bytes, *, mail_from: str, rcpt_to: list[str]) -> InboundMail:
    """Store the bytes and the envelope in this workspace, and have them read after the commit."""
    mail: InboundMail = InboundMail.objects.create(
        raw=raw,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        mail_from=one_line(mail_from, limit=320),
        rcpt_to=[one_line(address, limit=320) for address in rcpt_to],
    )
    enqueue(READ, str(mail.id))
    return mail
