"""The inbox's tables: conversations and their labels, messages, what is one teammate's own, captures."""

from inbox.conversations.models.captures import Capture
from inbox.conversations.models.conversations import Conversation, ConversationLabel, Label
from inbox.conversations.models.messages import Mention, Message
from inbox.conversations.models.reading import Draft, SeenMark

__all__ = [
    "Capture",
    "Conversation",
    "ConversationLabel",
    "Draft",
    "Label",
    "Mention",
    "Message",
    "SeenMark",
]
