"""`manage.py receive_mail`: run Marque's own mail server in the foreground."""

import asyncio
import logging
import os
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inbox.transports.email.receiver import serve


class Command(BaseCommand):
    help = "Receive mail for all workspaces over SMTP, or over LMTP behind a mail server of your own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.INBOUND_SMTP_HOST)
        parser.add_argument("--port", type=int, default=settings.INBOUND_SMTP_PORT)
        parser.add_argument("--lmtp", action="store_true", help="speak LMTP (RFC 2033) instead of SMTP")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd writes every command, addresses too
        host, port, lmtp = options["host"], options["port"], options["lmtp"]
        try:
            asyncio.run(self._run(host=host, port=port, lmtp=lmtp))
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise CommandError(f"Mail cannot be received on {host}:{port}: {why}.") from None

    async def _run(self, *, host: str, port: int, lmtp: bool) -> None:
        kind = "LMTP" if lmtp else "SMTP"

        def started(at: int) -> None:
            self.stdout.write(f"Receiving mail by {kind} on {host}:{at}")
            self.stdout.flush()

        server = asyncio.ensure_future(serve(host=host, port=port, lmtp=lmtp, started=started))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.cancel)
        try:
            await server
        except asyncio.CancelledError:
            self.stdout.write("Stopped receiving mail.")
