"""Who may be written to, and what each recipient is answered: by the state of the workspace it belongs to.

How the bytes come in is receiver.py. It says 250 only when the mail is committed.
"""

from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseFault

from core.sending.rules.addresses import InvalidAddress, split
from inbox.transports.email.domain.keep import keep
from tenants import sites
from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place

log = structlog.get_logger(__name__)

MAX_RECIPIENTS = 100

KEPT = "250 2.0.0 Kept."
NOBODY = "550 5.1.1 There is no mailbox here for this address."
SOON = "450 4.2.1 This mailbox is not open yet, please try again later."
SUSPENDED = "450 4.2.1 This mailbox is suspended for now, please try again later."
CLOSED = "550 5.2.1 This mailbox is closed."
TOO_MANY = "452 4.5.3 Too many recipients at once."
TRY_LATER = "451 4.3.0 The mail could not be stored, please try again later."


class Door:
    """Who may be written to, and the keeping of what was written."""

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return TOO_MANY
        refusal = await self._refusal(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def _refusal(self, address: str) -> str:
        """Why nothing is taken for this address, or ""; what passes is temporary (RFC 3463 §3.3, X.2.1)."""
        site = await self.site_of(address)
        if site is not None and site.is_open:
            return ""
        if site is not None and site.state == "suspended":
            return SUSPENDED
        if await in_place(PLATFORM, sites.opens_soon, _host_of(address)):
            return SOON
        return CLOSED if site is not None else NOBODY

    async def site_of(self, address: str) -> sites.Site | None:
        """The workspace an address belongs to, by its domain alone: every name there reaches the inbox."""
        site = await in_place(PLATFORM, sites.resolve, _host_of(address))
        return site if site is not None and site.is_workspace else None

    async def keep(self, envelope: Envelope, raw: bytes) -> list[str]:
        """Keep the mail once in each workspace it is for; the answer for each recipient."""
        answers: dict[Place | None, str] = {None: TRY_LATER}
        found = [await self.site_of(address) for address in envelope.rcpt_tos]
        places = [site.place if site else None for site in found]
        for place in dict.fromkeys(places):
            if place is not None:
                mine = [to for to, at in zip(envelope.rcpt_tos, places, strict=True) if at == place]
                answers[place] = await self._keep_in(
                    place, raw, mail_from=envelope.mail_from or "", rcpt_to=mine
                )
        return [answers[place] for place in places]

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


def _host_of(address: str) -> str:
    """The domain of a mail address; "", which nobody has, for what is none."""
    try:
        return split(address)[1]
    except InvalidAddress:
        return ""
