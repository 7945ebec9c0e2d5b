"""Looks after running processes: says in one sentence when one died, and starts it again a few times.
Only `make run` keeps; tests let what dies stay dead."""

import time
from dataclasses import dataclass, field

from deploy.dev.printer import Printer
from deploy.dev.problem import Problem
from deploy.dev.stack import Stack

TICK_SECONDS = 0.25
WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before each new start
CALM_SECONDS = 60.0  # who lived that long has earned its tries again


@dataclass
class Patient:
    """A process that died at least once."""

    tries: int = 0
    due: float = 0.0
    waiting: bool = False


@dataclass
class Keeper:
    """Call `look` again and again, from the thread that started the stack."""

    stack: Stack
    printer: Printer
    patients: dict[str, Patient] = field(default_factory=dict)
    given_up: set[str] = field(default_factory=set)

    def watch(self) -> None:
        """Look for ever; ends by the exception of a signal."""
        while True:
            self.look(time.monotonic())
            time.sleep(TICK_SECONDS)

    def look(self, now: float) -> None:
        """Notice the dead, start those whose wait is over; `now` is a monotonic time in seconds."""
        for name, code in self.stack.ended().items():
            if name in self.given_up:
                continue
            patient = self.patients.setdefault(name, Patient())
            if not patient.waiting:
                self._admit(name, patient, code, now)
            elif now >= patient.due:
                self._start(name, patient, now)

    def _admit(self, name: str, patient: Patient, code: int, now: float) -> None:
        if now - patient.due > CALM_SECONDS:
            patient.tries = 0
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        if patient.tries == len(WAITS):
            self.given_up.add(name)
            self.printer.say(
                f"{name} ended {how} and stays down after {patient.tries} new starts; see its output."
            )
            return
        wait = WAITS[patient.tries]
        patient.tries += 1
        patient.due = now + wait
        patient.waiting = True
        self.printer.say(f"{name} ended {how}; it is started again in {wait:.0f} s.")

    def _start(self, name: str, patient: Patient, now: float) -> None:
        patient.waiting = False
        patient.due = now
        try:
            self.stack.restart(name)
        except Problem as problem:
            self.printer.say(str(problem))
