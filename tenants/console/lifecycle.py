"""What the consoles say about a workspace's life: its acts in words and numbers, how it stands, what runs.

The acts themselves are tenants/states.py and tenants/archive; the views are views/lifecycle.py.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince

from tenants import states
from tenants.archive import progress
from tenants.console import queries
from tenants.console.access import may
from tenants.console.facts import Facts
from tenants.console.rules import ConsoleAction
from tenants.gauges import EXACT
from tenants.models import Workspace

State = Workspace.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One move. `lead` and `note` say beforehand what it does; without a `lead` it is done at once."""

    key: str
    label: str
    icon: str
    action: ConsoleAction
    leaves: Collection[str]
    run: Callable[[Workspace], bool]
    done: str
    done_later: str = ""
    """Said instead where the builder has to finish it."""
    done_suspended: str = ""
    """Said instead where it was suspended before."""
    title: str = ""
    button: str = ""
    lead: Callable[[Workspace], str] | None = None
    note: str = ""
    needs_name: bool = False

    @property
    def asks_first(self) -> bool:
        return self.lead is not None

    def said_of(self, row: Workspace) -> str:
        """What was done, by how the row stands now."""
        said = {State.BUILDING: self.done_later, State.SUSPENDED: self.done_suspended}.get(State(row.state))
        return f"{row} {said or self.done}"

    @property
    def url_name(self) -> str:
        return f"console:workspace_{self.key}"


def _people(row: Workspace) -> str:
    count = queries.people_count(row)
    return f"{count} {'person' if count == 1 else 'people'}"


def in_words(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y}"


def _on(days: int) -> str:
    return in_words(timezone.now() + timedelta(days=days))


def _before_archiving(row: Workspace) -> str:
    return (
        f"{_people(row)} can no longer come in, and its addresses say that it is closed. "
        f"On {_on(settings.ARCHIVE_DAYS)} its data is packed into a file of ours; it can still be restored."
    )


def _before_deleting(row: Workspace) -> str:
    known = queries.looked_at(row).facts
    held = held_in_words(known)
    what = f"{held}, and all its other data," if held else "its data,"
    return (
        f"On {_on(settings.PURGE_DAYS)} nothing of {row} is left: {what} its addresses, its "
        f"brand and every export are gone for good.{_counted(known.gathered_at) if held else ''}"
    )


def held_in_words(known: Facts) -> str:
    """How much a workspace holds, as far as it was seen from outside: "3 contacts, 1 member, 2.0 MB"."""
    numbers = (
        (known.contacts, "contact", "contacts"),
        (known.conversations, "conversation", "conversations"),
        (known.people, "member", "members"),
    )
    found = [_number(number, one, many) for number, one, many in numbers if number is not None]
    return ", ".join([*found, f"{known.room} of storage"] if known.storage is not None else found)


def _number(number: int, one: str, many: str) -> str:
    about = "about " if number > EXACT else ""
    return f"{about}{number:,} {one if number == 1 else many}"


def _counted(at: datetime | None) -> str:
    """How old the figures are."""
    if at is None:
        return ""
    if timezone.now() - at < timedelta(minutes=1):
        return " This was counted just now."
    return f" This was counted {timesince(at, depth=1)} ago.".replace("\xa0", " ")


ACTS = {
    act.key: act
    for act in (
        Act(
            key="past_due", label="Mark as past due", icon="lock", action=ConsoleAction.MARK_PAYMENTS,
            leaves={State.ACTIVE}, run=states.mark_past_due, done="is read-only until it is marked as paid.",
            title="Mark {} as past due", button="Make 1 workspace read-only",
            lead=lambda row: f"{_people(row)} can read everything and change nothing.",
            note="A banner says that a payment is past due. What customers send still arrives. "
            "You can mark it as paid at any time.",
        ),
        Act(
            key="paid", label="Mark as paid", icon="circle-check", action=ConsoleAction.MARK_PAYMENTS,
            leaves={State.PAST_DUE}, run=states.mark_paid, done="can be written to again.",
        ),
        Act(
            key="archive", label="Archive", icon="archive", action=ConsoleAction.ARCHIVE_WORKSPACES,
            leaves=states.ANY_OPEN, run=states.archive, done="is archived. You can restore it here.",
            title="Archive {}", button="Archive 1 workspace", lead=_before_archiving,
            note="Mail to it goes back to its senders, and its forms are closed. "
            "You can restore it at any time, as it was.",
        ),
        Act(
            key="restore", label="Restore", icon="rotate-ccw", action=ConsoleAction.ARCHIVE_WORKSPACES,
            leaves=states.CLOSED, run=states.restore, done="is open again.",
            done_later="is being restored. This page shows how far it is.",
            done_suspended="is restored, and suspended as it was before.",
        ),
        Act(
            key="delete", label="Delete", icon="trash-2", action=ConsoleAction.ARCHIVE_WORKSPACES,
            leaves={State.ARCHIVED}, run=states.delete, done="is deleted. You can still restore it here.",
            title="Delete {}", button="Delete 1 workspace", lead=_before_deleting,
            note="Until then you can restore it as it was. Type its name to go on.", needs_name=True,
        ),
    )
}  # fmt: skip


def section(request: HttpRequest, row: Workspace) -> dict[str, Any]:
    """The context of console/_lifecycle.html."""
    shown = progress.of(row.id)
    restoring = row.state == State.BUILDING and bool(row.archive)
    return {
        "workspace": row,
        "acts": [act for act in ACTS.values() if row.state in act.leaves and may(request, act.action)],
        "progress": shown,
        "restoring": restoring,
        "going_on": restoring or bool(shown and shown.is_going_on),
    }
