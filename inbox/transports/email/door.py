"""What each recipient is answered by our mail server: by the state of the workspace it belongs to.

Who may be written to is recipients.py. A console takes reports about its own mail and nothing else. How the
bytes come in is receiver.py. 250 is said only when the mail is committed.
"""

from typing import Any
from uuid import UUID

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseFault

from inbox.transports.email.domain.keep import keep
from inbox.transports.email.domain.returns import hear_return
from inbox.transports.email.recipients import (
    CLOSED,
    NOBODY,
    SOON,
    SUSPENDED,
    refusal,
    returned,
    site_of,
)
from tenants import sites
from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place

__all__ = ["CLOSED", "KEPT", "NOBODY", "REPORTS_ONLY", "SOON", "SUSPENDED", "TOO_MANY", "TRY_LATER", "Door"]

log = structlog.get_logger(__name__)

MAX_RECIPIENTS = 100

KEPT = "250 2.0.0 Kept."
REPORTS_ONLY = "550 5.7.1 This address takes reports about our own mail, nothing else."
TOO_MANY = "452 4.5.3 Too many recipients at once."
TRY_LATER = "451 4.3.0 The mail could not be stored, please try again later."


class Door:
    """Who may be written to, and the keeping of what was written."""

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        site = await self.site_of(address)
        if refused := await in_place(PLATFORM, refusal, address):
            return refused
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS or await self._comes_alone(site, envelope=envelope):
            return TOO_MANY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def site_of(self, address: str) -> sites.Site | None:
        """What an address belongs to, by its domain: in a workspace every name there reaches the inbox."""
        return await in_place(PLATFORM, site_of, address)

    async def _returned(self, address: str, *, site: sites.Site) -> UUID | None:
        """The delivery of a console's return path, the only kind of address that a console has."""
        return await in_place(PLATFORM, returned, address, site=site)

    async def _comes_alone(self, site: sites.Site | None, *, envelope: Envelope) -> bool:
        """Whether this recipient and those before it need a mail each: a return path has its own answer."""
        if not envelope.rcpt_tos:
            return False
        before = await self.site_of(envelope.rcpt_tos[0])
        return not all(one is not None and one.is_workspace for one in (site, before))

    async def keep(self, envelope: Envelope, raw: bytes) -> list[str]:
        """Keep the mail once in each workspace it is for; the answer for each recipient."""
        answers: dict[Place | None, str] = {None: TRY_LATER}
        found = [await self.site_of(address) for address in envelope.rcpt_tos]
        if found[0] is not None and not found[0].is_workspace:
            return [await self._hear(envelope, raw, site=found[0])]
        places = [site.place if site and site.is_workspace else None for site in found]
        for place in dict.fromkeys(places):
            if place is not None:
                mine = [to for to, at in zip(envelope.rcpt_tos, places, strict=True) if at == place]
                answers[place] = await self._keep_in(place, raw, mail_from=_sender(envelope), rcpt_to=mine)
        return [answers[place] for place in places]

    async def _hear(self, envelope: Envelope, raw: bytes, *, site: sites.Site) -> str:
        """Settle what came back to a console; nothing but reports is taken there."""
        delivery_id = await self._returned(envelope.rcpt_tos[0], site=site)
        if delivery_id is None:
            return NOBODY
        mail_from = _sender(envelope)
        try:
            heard = await in_place(PLATFORM, hear_return, raw, mail_from=mail_from, delivery_id=delivery_id)
        except DatabaseFault:
            log.exception("return_not_heard", delivery=str(delivery_id))
            return TRY_LATER
        return KEPT if heard else REPORTS_ONLY

    async def _keep_in(self, place: Place, raw: bytes, **envelope: Any) -> str:
        try:
            await in_place(place, keep, raw, **envelope)
        except DatabaseFault:
            log.exception("inbound_mail_not_kept", schema=place.schema)
            return TRY_LATER
        return KEPT

    async def handle_exception(self, error: Exception) -> str:
        log.error("receiver_failed", exc_info=error)
        return TRY_LATER


def _sender(envelope: Envelope) -> str:
    """Who it says it is from; "" for nobody, as reports are sent, which aiosmtpd keeps as it was written."""
    return "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)
