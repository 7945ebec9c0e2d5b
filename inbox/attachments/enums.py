"""What a file can hang on before it is sent."""

from django.db.models import TextChoices


class DraftKind(TextChoices):
    """Whose box somebody writes in: an answer's, or a private note's."""

    REPLY = "reply", "Reply"
    NOTE = "note", "Private note"
