"""The inbox's own panels beside a conversation: its facts, the contact's other conversations, and files.

The registry is core/contacts/panels.py; each reads at most one query, however much there is.
"""

from typing import Any

from core.contacts.panels import Beside, Panel, register_panel
from inbox.attachments.queries import newest_files
from inbox.conversations.models import Conversation
from inbox.conversations.queries import of_contact

OTHERS = 5
FILES = 6
RECENT = 500
"""Files are looked for among so many of the newest messages."""


def _facts(beside: Beside) -> dict[str, Any]:
    """All of them stand on the conversation's row."""
    return {}


def _others(beside: Beside) -> dict[str, Any] | None:
    """The newest other conversations of this contact, and whether there are more."""
    rows = of_contact(Conversation.objects.all(), contact_id=beside.contact.id)
    found = list(rows.exclude(id=beside.conversation.id)[: OTHERS + 1])
    return {"others": found[:OTHERS], "has_more": len(found) > OTHERS} if found else None


def _files(beside: Beside) -> dict[str, Any] | None:
    since = max(0, beside.conversation.last_seq - RECENT)
    files = newest_files(beside.conversation.id, since=since, size=FILES)
    return {"files": files} if files else None


def register() -> None:
    """Called once when every app is ready."""
    for panel in (
        Panel(
            key="conversation",
            title="This conversation",
            order=30,
            template="conversations/panels/conversation.html",
            context=_facts,
        ),
        Panel(
            key="others",
            title="Other conversations",
            order=40,
            template="conversations/panels/others.html",
            context=_others,
        ),
        Panel(
            key="files", title="Files", order=50, template="conversations/panels/files.html", context=_files
        ),
    ):
        register_panel(panel)
