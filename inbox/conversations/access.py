"""From an id somebody sent to a row they may see: the only way in.

Every member of a workspace sees all its conversations; a rule by row would stand here.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404

from core.accounts.models import Team, User
from core.notices.queries import unread_of
from inbox.conversations.domain.holding import Gone
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation, Label, Message
from inbox.conversations.queries import conversation_rows


def access_conversation(user: User, *, id: UUID) -> Conversation:
    """The conversation, with contact, company, assignee and how far the user has seen it. Raises Http404.

    `is_told` says that they have notices about it that they have not read.
    """
    told = Exists(unread_of(user).filter(about=OuterRef("pk")))
    rows = conversation_rows(user).annotate(is_told=told)
    found = rows.filter(id=id).exclude(state=State.DELETED).first()
    if found is None:
        raise Http404("no such conversation")
    return found


def access_message(user: User, *, conversation_id: UUID, id: UUID) -> Message:
    """A message of a conversation that the user may see. Raises Http404."""
    rows = Message.objects.select_related("conversation__contact", "author")
    rows = rows.filter(conversation_id=conversation_id, id=id).exclude(conversation__state=State.DELETED)
    found: Message | None = rows.first()
    if found is None:
        raise Http404("no such message")
    return found


def access_label(user: User, *, id: UUID) -> Label:
    """A label of this workspace; whoever may use the inbox may use them all. Raises Http404."""
    found: Label | None = Label.objects.filter(id=id).first()
    if found is None:
        raise Http404("no such label")
    return found


def access_person_to_assign(user: User, *, id: UUID) -> User:
    """Who may get a conversation; whoever may use the inbox may give one to any teammate. Raises Gone."""
    found: User | None = User.objects.filter(id=id).first()
    if found is None:
        raise Gone("That person is not in the team any more.")
    return found


def access_team_to_give(user: User, *, id: UUID) -> Team:
    """A team that may get a conversation; whoever may use the inbox may give one to any. Raises Gone."""
    found: Team | None = Team.objects.filter(id=id).first()
    if found is None:
        raise Gone("That team is gone.")
    return found
