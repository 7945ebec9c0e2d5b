"""`make run`: starts a whole Marque, prints where it is, stays, and takes everything down with it.
The parts are next door: stack.py starts and stops, keeper.py watches, printer.py writes."""

import ctypes
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from deploy.dev import places, ports
from deploy.dev.become import PR_SET_PDEATHSIG
from deploy.dev.keeper import Keeper
from deploy.dev.ports import Ports
from deploy.dev.printer import Printer
from deploy.dev.problem import explained
from deploy.dev.stack import ROOT, Stack

STATE = Path(os.environ.get("MARQUE_STATE") or ROOT / ".marque").resolve()
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until a signal comes; 0 after a stop that was asked for."""
    base = ports.parse(os.environ.get("PORT") or "8000")
    Ports.starting_at(base).check()
    places.private_dir(STATE)
    printer = Printer()
    stack = Stack(STATE, base_port=base, sink=printer.sink)
    stop_on_signals()
    try:
        bring_up(stack, printer)
        Keeper(stack, printer).watch()
    except KeyboardInterrupt:
        printer.say("Stopping …")
    finally:
        stack.stop()
    printer.say("Stopped; nothing is left running.")
    return 0


def bring_up(stack: Stack, printer: Printer) -> None:
    """From nothing to printed addresses. Raises Problem when a step fails."""
    printer.say(
        "Starting Postgres and Valkey …" if stack.postgres else "Using the Postgres of DATABASE_URL …"
    )
    stack.start_services()
    printer.say("Bringing the database up to date; the first time this takes a minute …")
    stack.set_up("migrate")
    stack.set_up("seed_demo", "--if-empty")
    stack.start_processes()
    table = stack.ask("demo_table")  # while they come up
    stack.wait_ready()
    printer.plain(f"\n{table.rstrip()}\n")
    printer.say("Ready. Ctrl-C stops everything.")


def stop_on_signals() -> None:
    """The first signal ends the run, later ones change nothing: the stop has its own deadline.

    Under make our life also ends with make's, however that ends.
    """
    if sys.platform == "linux" and os.environ.get("MAKELEVEL"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    for number in ENDING:
        signal.signal(number, _end)


def _end(number: int, frame: FrameType | None) -> None:
    for ending in ENDING:
        signal.signal(ending, _end_already)
    raise KeyboardInterrupt


def _end_already(number: int, frame: FrameType | None) -> None:
    """Nothing; not SIG_IGN, about which Python complains when two signals come at once."""


if __name__ == "__main__":
    sys.exit(explained(main))
