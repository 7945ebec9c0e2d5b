"""What a saved view shows, in words."""

from inbox.conversations.enums import Priority
from inbox.conversations.filters import VIEW_NAMES, View
from inbox.saved.models import SavedView


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
