"""The few words a conversation and its messages are described with. Lowest layer; rows are in models.py."""

from django.db.models import TextChoices


class Channel(TextChoices):
    FORM = "form", "Web form"
    EMAIL = "email", "E-mail"
    API = "api", "API"
    MANUAL = "manual", "Added by hand"


class State(TextChoices):
    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"


class Direction(TextChoices):
    IN = "in", "From the contact"
    OUT = "out", "From the team"


class MessageState(TextChoices):
    RECEIVED = "received", "Received"
    QUEUED = "queued", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not sent"
    UNKNOWN = "unknown", "May not have arrived"


UNDELIVERED = (MessageState.FAILED, MessageState.UNKNOWN)
"""States of an answer that somebody has to look at."""


class Doubt(TextChoices):
    """Why a submission may be a robot's. It is stored all the same: a real lead is worth a wrong guess."""

    NONE = "", "None"
    TRAP = "trap", "Filled in a field people cannot see"
    HASTE = "haste", "Was sent faster than a person types"
