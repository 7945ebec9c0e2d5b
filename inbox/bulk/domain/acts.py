"""What each act does to the conversations of one batch, set by set, and how it is taken back.

What comes back from `act_on` is kept as JSON and is all that `take_back` knows: what each conversation that
was changed had been. A conversation that somebody changed since is not touched again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from core.accounts.models import User
from inbox.bulk.domain import labelling
from inbox.bulk.enums import Act
from inbox.conversations.domain.holding import hold_team
from inbox.conversations.domain.marks import keep_marks_of
from inbox.conversations.domain.state import SNOOZE
from inbox.conversations.domain.waiting import unanswered_since_each
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from inbox.conversations.push import push_changes
from inbox.conversations.turned import tell_turns
from tenants.due import note_due

Before = list[dict[str, Any]]

TURNS = {
    Act.SNOOZE: State.SNOOZED,
    Act.PENDING: State.PENDING,
    Act.RESOLVE: State.RESOLVED,
    Act.REOPEN: State.OPEN,
    Act.DELETE: State.DELETED,
}
TURNED = ("state", "snoozed_until", "waiting_since")
COLUMNS = {Act.ASSIGN: "assignee_id", Act.TEAM: "team_id", Act.PRIORITY: "priority"}


def act_on(ids: Sequence[str], *, act: Act, value: dict[str, Any], by: User) -> Before:
    """Do it to those that are not so already, in the caller's transaction; what those had been."""
    # Before the rows: who deletes a team takes its rows after it.
    target = _target(act, value=value) if act in COLUMNS else None
    rows = _locked(ids)
    if act in TURNS:
        return _turn(rows, to=TURNS[act], until=_moment(value.get("until")), by=by)
    if act in COLUMNS:
        return _set(rows, column=COLUMNS[act], value=target, by=by)
    put = labelling.put_on if act is Act.LABEL else labelling.take_off
    before = put(rows, label_id=UUID(value["label"]))
    push_changes([UUID(one["id"]) for one in before], by=by)
    return before


def take_back(before: Before, *, act: Act, value: dict[str, Any], by: User) -> int:
    """Make those as they had been that still are as the job left them; how many those are."""
    there = _still_there({one["was"] for one in before}, act=act) if act in COLUMNS else set()
    rows = _locked([one["id"] for one in before], deleted=act is Act.DELETE)
    was = {UUID(one["id"]): one for one in before}
    if act in TURNS:
        return _turn_back(rows, was=was, by=by)
    if act in COLUMNS:
        return _set_back(rows, was=was, there=there, column=COLUMNS[act], by=by)
    back = labelling.take_off_again if act is Act.LABEL else labelling.put_on_again
    changed = back(rows, was=was, label_id=UUID(value["label"]))
    push_changes(changed, by=by)
    return len(changed)


def _locked(ids: Sequence[str], *, deleted: bool = False) -> list[Conversation]:
    """In the order of their keys, so that no two batches wait for each other."""
    rows = Conversation.objects.select_for_update(of=("self",)).filter(id__in=ids)
    rows = rows if deleted else rows.exclude(state=State.DELETED)
    return list(rows.order_by("id"))


def _target(act: Act, *, value: dict[str, Any]) -> UUID | int | None:
    """What a column gets. A person or team that is gone by now is nobody's: the same as nobody."""
    if act is Act.PRIORITY:
        return int(value["priority"])
    id = UUID(value["to"]) if value.get("to") else None
    if id is None:
        return None
    there = User.objects.filter(id=id, is_active=True).exists() if act is Act.ASSIGN else hold_team(id)
    return id if there else None


def _set(rows: list[Conversation], *, column: str, value: Any, by: User) -> Before:
    changed = [row for row in rows if getattr(row, column) != value]
    before = [
        {"id": str(row.id), "was": _plain(getattr(row, column)), "is": _plain(value)} for row in changed
    ]
    ids = [row.id for row in changed]
    Conversation.objects.filter(id__in=ids).update(**{column: value})
    push_changes(ids, by=by)
    return before


def _set_back(
    rows: list[Conversation], *, was: dict[UUID, dict[str, Any]], there: set[Any], column: str, by: User
) -> int:
    changed = []
    for row in rows:
        if _plain(getattr(row, column)) == was[row.id]["is"] and was[row.id]["was"] in there:
            setattr(row, column, was[row.id]["was"])
            changed.append(row)
    Conversation.objects.bulk_update(changed, [column.removesuffix("_id")])
    push_changes([row.id for row in changed], by=by)
    return len(changed)


def _still_there(values: set[Any], *, act: Act) -> set[Any]:
    """Of what rows had been, what there still is; asked before they are locked, as in `act_on`.

    A team may be deleted since, and one that is given back is not deleted until the commit.
    """
    if act is Act.PRIORITY:
        return values
    if act is Act.TEAM:
        return {None} | {id for id in sorted(values - {None}) if hold_team(UUID(id))}
    ids = User.objects.filter(id__in=values - {None}).values_list("id", flat=True)
    return {None} | {str(id) for id in ids}


def _turn(rows: list[Conversation], *, to: State, until: datetime | None, by: User) -> Before:
    changed = [row for row in rows if (row.state, row.snoozed_until) != (to, until)]
    before = [_stood(row, to=to, until=until) for row in changed]
    states = {row.id: State(row.state) for row in changed}
    since = unanswered_since_each(list(states)) if to is State.OPEN else {}
    for row in changed:
        row.state, row.snoozed_until, row.waiting_since = to, until, since.get(row.id)
    if since:
        Conversation.objects.bulk_update(changed, TURNED)
    else:  # all alike: no need to spell out 500 values of three columns
        alike = Conversation.objects.filter(id__in=list(states))
        alike.update(state=to, snoozed_until=until, waiting_since=None)
    _follow_turns(changed, before=states, by=by)
    return before


def _stood(row: Conversation, *, to: State, until: datetime | None) -> dict[str, Any]:
    """How it stood, and how it stands afterwards while nobody does anything."""
    return {
        "id": str(row.id),
        "state": row.state,
        "until": _plain(row.snoozed_until),
        "waiting": _plain(row.waiting_since),
        "is": [to.value, _plain(until), row.message_count],
    }


def _turn_back(rows: list[Conversation], *, was: dict[UUID, dict[str, Any]], by: User) -> int:
    changed, states = [], {}
    for row in rows:
        stood = was[row.id]
        if [row.state, _plain(row.snoozed_until), row.message_count] != stood["is"]:
            continue
        states[row.id] = State(row.state)
        row.state, row.snoozed_until = stood["state"], _moment(stood["until"])
        row.waiting_since = _moment(stood["waiting"])
        changed.append(row)
    Conversation.objects.bulk_update(changed, TURNED)
    _follow_turns(changed, before=states, by=by)
    return len(changed)


def _follow_turns(rows: list[Conversation], *, before: dict[UUID, State], by: User) -> None:
    """What follows from states that are stored."""
    keep_marks_of(rows)
    tell_turns(rows, before=before, by=by)
    sleeps = [row.snoozed_until for row in rows if row.snoozed_until]
    if sleeps:
        note_due(SNOOZE, min(sleeps))
    push_changes([row.id for row in rows], by=by)


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(cast("str", text)) if text else None
