"""What is searched of each message: one row beside it, written in the same transaction (domain/indexing.py).

What stands in the row never changes but for `has_attachment`. What does change, such as a conversation's
state or a contact's name, is not repeated here.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from inbox.conversations.models import Conversation, Message
from inbox.search.fields import WordsField
from tenants.models import WorkspaceModel


class MessageEntry(WorkspaceModel):
    """A message's words. `created_at` is the message's: results are in its order, the newest first.

    `has_attachment` is set by whoever stores attachments, in the transaction that does.
    """

    id = None  # type: ignore[assignment]  # the message's own key is the row's
    message = models.OneToOneField(
        Message, models.CASCADE, primary_key=True, related_name="search_entry", serialize=False
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    has_attachment = models.BooleanField(default=False, db_default=False)
    words = WordsField()

    class Meta:
        indexes = [
            # Without a list of what is pending: every search would read that from end to end.
            GinIndex(fields=["words"], name="search_words", fastupdate=False),
            models.Index(fields=["created_at", "message"], name="search_newest"),
            models.Index(
                fields=["created_at", "message"], name="search_attachments", condition=Q(has_attachment=True)
            ),
        ]

    def __str__(self) -> str:
        return f"words of {self.message_id}"
