"""Which files hang on a message, and which on an answer that somebody still writes.

The files themselves are core/files; messages stand above this app and are named by their label.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.files.models import StoredFile
from tenants.models import WorkspaceModel


class Attachment(WorkspaceModel):
    """A file of a message, in its place among the others.

    `content_id` is what the mail's HTML calls it; `shown` is False for what only belongs to that layout, such
    as the logo below a signature.
    """

    message = models.ForeignKey(
        "conversations.Message", models.CASCADE, related_name="attachments", db_index=False
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    position = models.SmallIntegerField()
    content_id = models.CharField(max_length=200, blank=True)
    shown = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="attachment_in_order")]

    def __str__(self) -> str:
        return f"{self.file_id} on {self.message_id}"


class DraftFile(WorkspaceModel):
    """A file that one teammate put to the answer they write; `kind` is the draft's (reply or note).

    It goes with the file, a day after nobody sent it.
    """

    conversation = models.ForeignKey(
        "conversations.Conversation", models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, default="reply")
    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["conversation", "user", "created_at"], name="draft_files")]

    def __str__(self) -> str:
        return f"{self.file_id} for {self.conversation_id}"
