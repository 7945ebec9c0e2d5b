"""Marque's own mail server: takes mail for registered workspaces over SMTP or LMTP and keeps it as it came.

It says 250 only when the mail is committed, and its memory is bounded (holding.py). What a mail says is read
later, by domain/take_in.py.
"""

import asyncio
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error as DatabaseFault

from core.api.throttle import network_of
from core.sending.rules.addresses import InvalidAddress, split
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.holding import MAX_MAIL, Held, Holding
from tenants import sites
from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place

log = structlog.get_logger(__name__)

MAX_CONNECTIONS = 100
MAX_FROM_ONE = 10
"""Connections from one network at a time; a relay of our own on a private address is not counted."""
LIFETIME_SECONDS = 1800
"""Of one connection, whatever it says meanwhile."""
CALLS = {"NOOP": 20, "HELP": 20, "VRFY": 20, "EXPN": 20, "*": 2000}
"""How often a command is answered on one connection."""
MAX_RECIPIENTS = 100
IDLE_SECONDS = 120
DATA_SECONDS = 600  # RFC 5321 §4.5.3.2.6 lets a sender wait as long for us
ENDLESS = 4 * MAX_MAIL
"""A mail that is still going on after this many bytes is cut off."""

KEPT = "250 2.0.0 Kept."
NOBODY = "550 5.1.1 There is no mailbox here for this address."
SOON = "450 4.2.1 This mailbox is not open yet, please try again later."
SUSPENDED = "450 4.2.1 This mailbox is suspended for now, please try again later."
CLOSED = "550 5.2.1 This mailbox is closed."
TOO_MANY = "452 4.5.3 Too many recipients at once."
TOO_BIG = "552 5.3.4 This mail is larger than the 25 MB we take."
BUSY = "452 4.3.1 Too much mail at once, please try again later."
TRY_LATER = "451 4.3.0 The mail could not be stored, please try again later."
TOO_SLOW = "421 4.4.2 This took too long, please try again later."
FULL = "421 4.3.2 Too many connections, please try again later."


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


class Receiver(SMTP):
    """aiosmtpd's server with a reader of its own for the mail: bounded, and without a limit for one line."""

    line_length_limit = 64 * 1024  # of what is read at once; longer lines come in pieces

    def __init__(self, door: Door, held: Held) -> None:
        self.door, self.held = door, held
        super().__init__(
            door,
            hostname=settings.BASE_HOST,
            ident="ESMTP",
            data_size_limit=MAX_MAIL,
            enable_SMTPUTF8=True,
            timeout=IDLE_SECONDS,
            loop=asyncio.get_running_loop(),
            command_call_limit=CALLS,
        )

    async def _handle_client(self) -> None:
        peer = self._peer()
        if not self.held.enter(peer, limit=MAX_CONNECTIONS, from_one=MAX_FROM_ONE):
            await self.push(FULL)
            self._hang_up()
            return
        try:
            async with asyncio.timeout(LIFETIME_SECONDS):
                await super()._handle_client()
        except TimeoutError:
            self._hang_up()
        finally:
            self.held.leave(peer)

    def _peer(self) -> str:
        """The network that is at the other end; "" for one of our own, which speaks for many."""
        address = (self.transport.get_extra_info("peername") or [""])[0] if self.transport else ""
        network = network_of(str(address))
        return "" if network == "unknown" or ip_network(network).is_private else network

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - the name aiosmtpd calls
        envelope = self.envelope
        if await self.check_helo_needed() or envelope is None:
            return
        if not envelope.rcpt_tos:
            await self.push("503 5.5.1 Say who it is for first.")
            return
        if arg:
            await self.push("501 5.5.4 DATA takes no argument.")
            return
        await self.push("354 Go ahead, end with a dot on a line of its own.")
        holding = Holding(self.held)
        try:
            refusal = await self._receive_in_time(holding)
            if refusal is None:
                return
            answers = [refusal] if refusal else await self.door.keep(envelope, bytes(holding))
        finally:
            holding.release()
        self.envelope = self._create_envelope()
        await self._answer(answers, recipients=len(envelope.rcpt_tos))

    async def _receive_in_time(self, holding: Holding) -> str | None:
        try:
            async with asyncio.timeout(DATA_SECONDS):
                return await self._receive(holding)
        except TimeoutError:
            await self.push(TOO_SLOW)
            self._hang_up()
            return None

    async def _receive(self, holding: Holding) -> str | None:
        """Read one mail to its end; "" when it is held, else the refusal, or None after hanging up."""
        size, refusal, at_start = 0, "", True
        while True:
            piece, ends = await self._piece()
            if at_start and piece == b".\r\n":
                return refusal
            piece = piece[1:] if at_start and piece.startswith(b".") else piece
            at_start = ends
            size += len(piece)
            if size > ENDLESS:
                await self.push(TOO_BIG)
                self._hang_up()
                return None
            if not refusal and (size > MAX_MAIL or not holding.add(piece)):
                refusal = TOO_BIG if size > MAX_MAIL else BUSY
                holding.release()

    async def _piece(self) -> tuple[bytes, bool]:
        """The next line, or a part of a long one, and whether the line ends with it."""
        self._reset_timeout()
        try:
            return await self._reader.readuntil(b"\r\n"), True
        except asyncio.LimitOverrunError as error:
            return await self._reader.read(error.consumed), False

    async def _answer(self, answers: list[str], *, recipients: int) -> None:
        """One answer for all: what was not kept for everybody is to come again; copies are recognised."""
        await self.push(next((answer for answer in answers if answer != KEPT), KEPT))

    def _hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class LocalReceiver(Receiver, LMTP):
    """The same over LMTP (RFC 2033), where each recipient gets an answer."""

    async def _answer(self, answers: list[str], *, recipients: int) -> None:
        for answer in answers if len(answers) == recipients else answers * recipients:
            await self.push(answer)


async def serve(
    *, host: str, port: int, lmtp: bool = False, started: Callable[[int], None] | None = None
) -> None:
    """Receive mail until cancelled; `started` is told the port. Raises OSError when the port is taken."""
    door, held = Door(), Held()
    kind = LocalReceiver if lmtp else Receiver
    server = await asyncio.get_running_loop().create_server(lambda: kind(door, held), host, port)
    if started is not None:
        started(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()
