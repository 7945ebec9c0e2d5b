"""What people are told of in the inbox: they are mentioned, or a conversation becomes theirs or their team's.

How notices are kept and shown is core/notices.
"""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from core.accounts.access import Action
from core.accounts.models import Team, User
from core.accounts.queries import people_of
from core.notices.domain.notify import notify
from core.notices.kinds import Kind, Line
from core.notices.models import Notice
from core.text import preview
from inbox.conversations.models import Conversation, Message

MENTIONED, ASSIGNED, TEAM_ASSIGNED = "inbox.mentioned", "inbox.assigned", "inbox.team_assigned"


def tell_mentioned(message: Message, people: Sequence[UUID]) -> None:
    """The people a note mentions."""
    about = message.conversation_id
    notify(MENTIONED, to=people, about=about, by=message.author, happening=message.id)


def tell_assigned(conversation: Conversation, *, to: User, by: User | None) -> None:
    notify(ASSIGNED, to=[to.id], about=conversation.id, by=by)


def tell_team(conversation: Conversation, *, to: Team, by: User | None) -> None:
    """Everybody of the team."""
    notify(TEAM_ASSIGNED, to=people_of(to), about=conversation.id, by=by)


def _mentions(notices: Sequence[Notice]) -> dict[UUID, Line]:
    rows = Message.objects.filter(id__in=[one.happening for one in notices])
    messages = {row.id: row for row in rows.select_related("conversation__contact")}
    found = {}
    for notice in notices:
        if message := messages.get(notice.happening):
            where = f"in the conversation with {message.conversation.contact.display_name}"
            address = f"{_thread(message.conversation_id)}?at={message.seq}"
            found[notice.id] = Line(where, preview(message.body_text), address)
    return found


def _assigned(notices: Sequence[Notice]) -> dict[UUID, Line]:
    rows = Conversation.objects.filter(id__in=[one.about for one in notices]).select_related("contact")
    lines = {
        row.id: Line(f"the conversation with {row.contact.display_name}", row.preview, _thread(row.id))
        for row in rows
    }
    return {one.id: lines[one.about] for one in notices if one.about in lines}


def _thread(conversation_id: UUID) -> str:
    return reverse("inbox:thread", args=[conversation_id])


KINDS = (
    Kind(key=MENTIONED, icon="at-sign", says="mentioned you", describe=_mentions, may=Action.USE_INBOX),
    Kind(key=ASSIGNED, icon="user-plus", says="gave you", describe=_assigned, may=Action.USE_INBOX),
    Kind(key=TEAM_ASSIGNED, icon="users", says="gave your team", describe=_assigned, may=Action.USE_INBOX),
)
