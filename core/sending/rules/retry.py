"""What becomes of a delivery whose hand-over failed: one function of the exception.

Errors are raised in smtp.py and by composers; the verdict is written by domain/settle.py.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.sending.rules.answers import NotHandedOver, Refused, TransportError, Unanswered
from core.sending.rules.headers import one_line

GIVE_UP_AFTER = timedelta(hours=72)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))

UNANSWERED = "The mail server took the message and then fell silent; it may have arrived."
GAVE_UP = "Given up after 72 hours: "


class Fate(StrEnum):
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait` is how long until the next try; `error` is one short line for people."""

    fate: Fate
    error: str
    code: int | None = None
    wait: timedelta = timedelta()


def decide(error: Exception, *, attempts: int, age: timedelta) -> Verdict:
    """The fate of a delivery after `attempts` tries, `age` after it was queued."""
    code = error.code if isinstance(error, TransportError) else None
    match error:
        case Unanswered():
            return Verdict(Fate.UNKNOWN, UNANSWERED, code)
        case Refused() if code is not None and 400 <= code < 500:
            return _again(f"The mail server asked to try later: {error.text}", code, attempts, age)
        case Refused():
            return Verdict(Fate.FAILED, _short(f"The mail server refused the message: {error.text}"), code)
        case NotHandedOver():
            return _again(error.text, code, attempts, age)
        case ValueError():
            return Verdict(Fate.FAILED, _short(f"The message could not be put together: {error}"))
        case _:
            return _again("The message could not be put together because of a fault on our side.", None, attempts, age)


def _again(reason: str, code: int | None, attempts: int, age: timedelta) -> Verdict:
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    if age + wait > GIVE_UP_AFTER:
        return Verdict(Fate.FAILED, _short(GAVE_UP + reason), code)
    return Verdict(Fate.RETRY, _short(reason), code, wait)


def _short(text: str) -> str:
    return one_line(text, limit=250)
