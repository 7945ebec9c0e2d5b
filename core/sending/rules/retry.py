"""What becomes of a delivery whose hand-over failed: one function of the exception.

Errors are raised in smtp.py and by composers; the verdict is written by domain/settle.py.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from core.sending.rules.answers import NotHandedOver, Refused, TransportError, Unanswered
from core.sending.rules.headers import one_line

GIVE_UP_AFTER = timedelta(hours=72)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240))

UNANSWERED = "The mail server took the message and then fell silent; it may have arrived."
OUR_FAULT = "The message could not be put together because of a fault on our side."
GAVE_UP = "Given up after 72 hours: "


class Fate(StrEnum):
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait` is the time until the next try; `error` is one short line for people, `slug` for programs."""

    fate: Fate
    error: str
    slug: str
    code: int | None = None
    wait: timedelta = timedelta()


def decide(error: Exception, *, attempts: int, age: timedelta) -> Verdict:
    """The fate of a delivery after `attempts` tries, `age` after it was queued."""
    code = error.code if isinstance(error, TransportError) else None
    match error:
        case Unanswered():
            return Verdict(Fate.UNKNOWN, UNANSWERED, "unanswered", code)
        case Refused() if code is not None and 400 <= code < 500:
            later = Verdict(Fate.RETRY, f"The mail server asked to try later: {error.text}", "deferred", code)
        case Refused():
            return Verdict(
                Fate.FAILED, _short(f"The mail server refused the message: {error.text}"), "refused", code
            )
        case NotHandedOver():
            later = Verdict(Fate.RETRY, error.text, "not_handed_over", code)
        case ValueError():
            return Verdict(
                Fate.FAILED, _short(f"The message could not be put together: {error}"), "not_composed"
            )
        case _:
            later = Verdict(Fate.RETRY, OUR_FAULT, "fault")
    return _patiently(later, attempts=attempts, age=age)


def _patiently(later: Verdict, *, attempts: int, age: timedelta) -> Verdict:
    """Another try after a wait that grows, until the message is too old for one."""
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    if age + wait > GIVE_UP_AFTER:
        return replace(later, fate=Fate.FAILED, error=_short(GAVE_UP + later.error))
    return replace(later, error=_short(later.error), wait=wait)


def _short(text: str) -> str:
    return one_line(text, limit=250)
