"""Which conversations a list shows: one of the ready-made views, narrowed by label, team or priority.

A filter is read from an address and written into one; what a view means in rows is here as well.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, Q, QuerySet

from core.accounts.models import Team, User
from inbox.conversations.enums import Priority, State
from inbox.conversations.models import Conversation, Label


class View(StrEnum):
    """The ready-made lists of the inbox."""

    OPEN = "open"
    WAITING = "waiting"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


VIEW_NAMES = {
    View.OPEN: "Open",
    View.WAITING: "Waiting",
    View.MINE: "Mine",
    View.UNASSIGNED: "Unassigned",
    View.PENDING: "Pending",
    View.SNOOZED: "Snoozed",
    View.RESOLVED: "Resolved",
}
"""In the order of their tabs."""
RESTING = {
    View.PENDING: State.PENDING,
    View.SNOOZED: State.SNOOZED,
    View.RESOLVED: State.RESOLVED,
}


class NoSuchFilter(ValueError):
    """The address names a view, label, team or priority in a way that none can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """A view and what narrows it; ids of labels and teams that are gone find nothing."""

    view: View = View.OPEN
    label: UUID | None = None
    team: UUID | None = None
    priority: Priority | None = None

    @property
    def is_narrowed(self) -> bool:
        return not (self.label is None and self.team is None and self.priority is None)

    @property
    def query(self) -> str:
        """As in an address: `view=open&label=…`."""
        return urlencode({"view": self.view.value, **self._narrowing()})

    @property
    def narrowing(self) -> str:
        """Without the view, with an `&` before it; "" for none."""
        return f"&{urlencode(self._narrowing())}" if self.is_narrowed else ""

    def without(self, name: str) -> str:
        """The address without one of its narrowings."""
        kept = {key: value for key, value in self._narrowing().items() if key != name}
        return urlencode({"view": self.view.value, **kept})

    @property
    def state(self) -> State:
        """Every view is one of a single state."""
        return RESTING.get(self.view, State.OPEN)

    @property
    def order(self) -> tuple[str, str]:
        """The columns that order the list, the newest first: a label's marks have an index of their own."""
        return ("last_message_at", "id") if self.label is None else ("marked_at", "marked_id")

    def apply(self, rows: QuerySet[Conversation], *, user: User) -> QuerySet[Conversation]:
        """Those of the rows that this filter shows to `user`."""
        if self.label is None:
            rows = in_view(rows, view=self.view, user=user)
        else:  # the mark has the state; naming the conversation's too, Postgres expects half of what there is
            rows = rows.filter(_kind(self.view, user=user))
            rows = rows.filter(Exists(Label.objects.filter(id=self.label)))  # looked at once, not row by row
            marked = FilteredRelation("label_marks", condition=Q(label_marks__label=self.label))
            rows = rows.annotate(mark=marked).filter(mark__state=self.state)
            # By names of their own: a lookup of `mark` in a later filter would join the marks once more.
            rows = rows.annotate(marked_at=F("mark__last_message_at"), marked_id=F("mark__conversation_id"))
        if self.team is not None:
            rows = rows.filter(Exists(Team.objects.filter(id=self.team)), team_id=self.team)
        if self.priority is not None:
            rows = rows.filter(priority=self.priority)
        return rows

    def _narrowing(self) -> dict[str, str]:
        found = {"label": self.label, "team": self.team, "priority": self.priority}
        return {name: str(value) for name, value in found.items() if value is not None}


def asked_filter(*, view: str, label: str, team: str, priority: str) -> ListFilter:
    """The filter that an address's values name; "" for what it does not say. Raises NoSuchFilter."""
    try:
        return ListFilter(
            view=View(view or View.OPEN),
            label=_uuid(label),
            team=_uuid(team),
            priority=Priority(int(priority)) if priority else None,
        )
    except ValueError as error:
        raise NoSuchFilter("no such filter") from error


def in_view(rows: QuerySet[Conversation], *, view: View, user: User) -> QuerySet[Conversation]:
    """The rows of one of the ready-made lists."""
    return rows.filter(_kind(view, user=user), state=RESTING.get(view, State.OPEN))


def _kind(view: View, *, user: User) -> Q:
    """What a view asks for beside the state."""
    kinds = {
        View.WAITING: Q(waiting_since__isnull=False),
        View.MINE: Q(assignee=user),
        View.UNASSIGNED: Q(assignee=None),
    }
    return kinds.get(view, Q())


def _uuid(text: str) -> UUID | None:
    return UUID(text) if text else None
