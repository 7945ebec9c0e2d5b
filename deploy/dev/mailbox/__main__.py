"""Starts the dev mailbox: the SMTP sink and the page, until a signal comes.
Its ports and its folder come from the environment that environment.py makes."""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from django.conf import settings

from deploy.dev import ports
from deploy.dev.mailbox.pages import Pages
from deploy.dev.mailbox.sink import sink
from deploy.dev.mailbox.store import Store
from deploy.dev.mailbox.web import Server
from deploy.dev.problem import Problem, explained


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    page, smtp, inbound = (port(name) for name in ("MAILBOX_PORT", "SINK_SMTP_PORT", "INBOUND_SMTP_PORT"))
    settings.configure(USE_I18N=False)  # the template engine asks for a few defaults
    store = Store(Path(os.environ.get("MAIL_DIR", ".marque/mail")))
    catching = sink(store, port=smtp)
    try:
        web = Server(Pages(store, sink_port=smtp, inbound_port=inbound), port=page)
        catching.start()
    except OSError as error:
        raise Problem(f"the mailbox cannot listen on ports {page} and {smtp}: {error.strerror}.") from None

    def end(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=web.shutdown).start()  # it waits for serve_forever, which is below us

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    web.serve_forever()
    catching.stop()
    web.server_close()
    return 0


def port(name: str) -> int:
    """A port number from the environment."""
    if name not in os.environ:
        raise Problem(f"{name} is not set: `make run` sets it.")
    return ports.parse(os.environ[name])


if __name__ == "__main__":
    sys.exit(explained(main))
