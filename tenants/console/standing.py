"""How the fleet stands, as its page says it first: one sentence, and what an operator does about it.

The figures are counted in fleet.py; here they are only put into words.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Standing:
    """`level` is a badge's; `command` is what to run, "" where nothing has to be."""

    level: str
    says: str
    remedy: str
    command: str = ""


UPDATE = "manage.py migrate_fleet"


def standing(*, workspaces: int, behind: int, faults: int, steps: int, is_running: bool) -> Standing:
    """The most pressing of what there is to say; a half-updated fleet works, so none of it is an alarm."""
    if is_running:
        return Standing(
            "info", "An update is going on", "This page follows it. Everybody works on meanwhile."
        )
    if faults:
        remedy = "Whoever it concerns works on as before. See the reason below, mend it, then run it again:"
        return Standing("warning", f"{_many(faults, 'update')} failed", remedy, UPDATE)
    if behind:
        are = "is" if behind == 1 else "are"
        says = f"{behind:,} of {_many(workspaces, 'workspace')} {are} behind this release"
        return Standing("warning", says, "They work on as before. To bring them up, run:", UPDATE)
    if steps:
        remedy = "Open the failed set-ups, mend the reason, and try them again there."
        return Standing("warning", f"{_many(steps, 'step')} of a set-up failed", remedy)
    if not workspaces:
        return Standing("success", "There are no workspaces yet", "New ones begin with this release.")
    whole = "The workspace has" if workspaces == 1 else f"All {workspaces:,} workspaces have"
    return Standing("success", f"{whole} this release", "Nothing has to be done.")


def lasted(time: timedelta) -> str:
    """A duration in words, in the unit that says something: "under a second", "42 seconds", "1 h 5 min"."""
    seconds = round(time.total_seconds())
    minutes = seconds // 60
    if seconds < 1:
        return "under a second"
    if not minutes:
        return _many(seconds, "second")
    if minutes < 60:
        return _many(minutes, "minute")
    return f"{minutes // 60} h {minutes % 60} min"


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
