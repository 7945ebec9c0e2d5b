"""From what a page of another site sent to the widget, the visitor and what they may read: the only way in.

A visitor reaches their own conversation and nothing else; the team's way to the settings is views/manage.py.
"""

from uuid import UUID

from core.files.links import Shown
from core.files.models import StoredFile
from inbox.conversations.models import Conversation, Message
from inbox.transports.chat.links import read_link
from inbox.transports.chat.models import ChatWidget, Visitor, VisitorFile
from inbox.transports.chat.queries import file_for, the_widget, visible_messages, waiting_files
from inbox.transports.chat.token import BadToken, read_token


class NotAllowed(Exception):
    """The token or key opens nothing here."""


def is_origin_allowed(origin: str) -> bool:
    """Whether pages of this origin may show the chat."""
    return access_widget(origin) is not None


def access_widget(origin: str) -> ChatWidget | None:
    """The chat, for pages of this origin: the team has listed it, and the chat is not off; or None."""
    widget = the_widget()
    is_open = widget is not None and widget.is_active and origin in widget.allowed_origins
    return widget if is_open else None


def check_key(widget: ChatWidget, key: str) -> None:
    """Raises NotAllowed for a page that calls the chat by another key than it has now."""
    if widget.key != key:
        raise NotAllowed


def access_visitor(token: str) -> Visitor:
    """The visitor who holds this token, with their conversation and contact. Raises NotAllowed."""
    try:
        visitor_id, secret_hash = read_token(token)
    except BadToken as error:
        raise NotAllowed from error
    rows = Visitor.objects.select_related("conversation__contact")
    found: Visitor | None = rows.filter(id=visitor_id, secret_hash=secret_hash, is_blocked=False).first()
    if found is None:
        raise NotAllowed
    return found


def access_own_message(visitor: Visitor, *, id: UUID) -> Message | None:
    """A message of the visitor's own conversation that is for their eyes, or None."""
    if visitor.conversation_id is None:
        return None
    return visible_messages(visitor.conversation_id).filter(id=id).first()


def access_file(token: str) -> tuple[StoredFile, Shown]:
    """The file that a visitor's address names, if it is for their eyes still. Raises NotAllowed."""
    link, widget = read_link(token), the_widget()
    if link is None or widget is None or not widget.is_active:
        raise NotAllowed
    visitor = Visitor.objects.filter(id=link.visitor_id, is_blocked=False).first()
    file = file_for(visitor, id=link.file_id) if visitor else None
    if file is None:
        raise NotAllowed
    return file, link.shown


def access_waiting_file(visitor: Visitor, *, id: UUID) -> VisitorFile | None:
    """A file that this visitor sent ahead of a message, or None."""
    return waiting_files(visitor).filter(file_id=id).first()


def visitor_in(conversation: Conversation) -> Visitor | None:
    """The visitor whose conversation this is; None where their row is gone, or they may not chat any more."""
    try:
        found: Visitor = conversation.visitor  # asked for once per row that was loaded
    except Visitor.DoesNotExist:
        return None
    return None if found.is_blocked else found
