"""The SMTP side: accepts every mail for anybody and keeps it.
The page that shows them is next door, in pages.py."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.dev.mailbox.store import Store
from deploy.dev.ports import HOST

LARGEST_BYTES = 50_000_000


class Catch:
    """aiosmtpd calls this for each message."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        content = envelope.original_content or b""
        number = self._store.add(content, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos)
        return f"250 2.0.0 kept as {number}"


def sink(store: Store, *, port: int) -> Controller:
    """A server to start() and stop(); it runs in a thread of its own."""
    return Controller(
        Catch(store), hostname=HOST, port=port, data_size_limit=LARGEST_BYTES, enable_SMTPUTF8=True
    )
