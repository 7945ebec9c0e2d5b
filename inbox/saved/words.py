"""What a saved view shows, and what of them a deletion breaks, in words."""

from collections.abc import Sequence
from uuid import UUID

from inbox.conversations.enums import Priority
from inbox.conversations.filters import VIEW_NAMES, View
from inbox.saved.models import SavedView
from inbox.saved.queries import views_naming

NAMED = 5
"""So many views are called by their names, the rest is counted."""


def said(row: SavedView) -> str:
    """A view of `saved_for`: "Open · Invoice · Priority: Urgent"."""
    names = vars(row)
    words = [VIEW_NAMES[View(row.view)]]
    if row.label is not None:
        words.append(names.get("label_name") or "a label that was deleted")
    if row.team is not None:
        words.append(names.get("team_name") or "a team that was deleted")
    if row.priority is not None:
        words.append(f"Priority: {Priority(row.priority).label}")
    return " · ".join(words)


def views_lost(id: UUID, asked_by: UUID) -> str:
    """Which views show nothing without this label or team. Private ones of others are never named."""
    rows = views_naming(id)
    shared = [row.name for row in rows if row.is_shared]
    own = [row.name for row in rows if row.owner_id == asked_by]
    others = len(rows) - len(shared) - len(own)
    parts = [_called("shared view", shared), _called("view of your own", own)]
    parts.append(_counted("private view", others) + " of others" if others else "")
    lost = [part for part in parts if part]
    return f"These show nothing from then on: {', '.join(lost)}." if lost else ""


def _called(what: str, names: Sequence[str]) -> str:
    """2 shared views (“Hot”, “Print”)."""
    if not names:
        return ""
    called = ", ".join(f"“{name}”" for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{_counted(what, len(names))} ({called}{more})"


def _counted(what: str, count: int) -> str:
    """1 view of your own, 2 views of your own."""
    return f"{count} {what}" if count == 1 else f"{count} {what.replace('view', 'views', 1)}"
