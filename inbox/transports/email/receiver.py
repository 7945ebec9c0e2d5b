"""Marque's own mail server: takes mail for registered workspaces over SMTP or LMTP and keeps it as it came.

Who may be written to is door.py. Memory (holding.py) and time are bounded here; what a mail says is read
later, by domain/take_in.py.
"""

import asyncio
from collections.abc import Callable
from ipaddress import ip_network

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.conf import settings

from core.api.throttle import network_of
from inbox.transports.email.door import KEPT, Door
from inbox.transports.email.holding import MAX_MAIL, Held, Holding

MAX_CONNECTIONS = 100
MAX_FROM_ONE = 10
"""Connections from one network at a time; a relay of our own on a private address is not counted."""
LIFETIME_SECONDS = 1800
"""Of one connection, whatever it says meanwhile."""
CALLS = {"NOOP": 20, "HELP": 20, "VRFY": 20, "EXPN": 20, "*": 2000}
"""How often a command is answered on one connection."""
IDLE_SECONDS = 120
DATA_SECONDS = 600  # RFC 5321 §4.5.3.2.6 lets a sender wait as long for us
ENDLESS = 4 * MAX_MAIL
"""A mail that is still going on after this many bytes is cut off."""

TOO_BIG = "552 5.3.4 This mail is larger than the 25 MB we take."
BUSY = "452 4.3.1 Too much mail at once, please try again later."
TOO_SLOW = "421 4.4.2 This took too long, please try again later."
FULL = "421 4.3.2 Too many connections, please try again later."


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
