"""Files of messages and of answers in the making; conversations show and send them, mail brings them."""

from django.apps import AppConfig
from django.db.models.signals import post_delete


class AttachmentsConfig(AppConfig):
    name = "inbox.attachments"
    label = "attachments"

    def ready(self) -> None:
        from core.files.domain.hold import register_holder  # noqa: PLC0415 - needs the models
        from inbox.attachments.domain.attach import on_deleted  # noqa: PLC0415 - as above
        from inbox.attachments.models import Attachment  # noqa: PLC0415 - as above
        from inbox.attachments.queries import held  # noqa: PLC0415 - as above

        register_holder("inbox.attachments", held)
        post_delete.connect(on_deleted, sender=Attachment, dispatch_uid="inbox.attachments")
