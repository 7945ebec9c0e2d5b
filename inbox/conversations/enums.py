"""The few words a conversation and its messages are described with. Lowest layer; rows are in models.py."""

from django.db.models import IntegerChoices, TextChoices


class Channel(TextChoices):
    """The channels that have always been there; a further one is named by its own transport alone."""

    FORM = "form", "Web form"
    EMAIL = "email", "E-mail"
    API = "api", "API"
    MANUAL = "manual", "Added by hand"


class State(TextChoices):
    """Pending waits for somebody else than us; snoozed comes back at its time or when they write.

    A deleted one is in no list. Until it is purged it can be had back, and comes back when they write.
    """

    OPEN = "open", "Open"
    PENDING = "pending", "Pending"
    SNOOZED = "snoozed", "Snoozed"
    RESOLVED = "resolved", "Resolved"
    DELETED = "deleted", "Deleted"


class Priority(IntegerChoices):
    NONE = 0, "None"
    LOW = 1, "Low"
    MEDIUM = 2, "Medium"
    HIGH = 3, "High"
    URGENT = 4, "Urgent"


class Sorting(TextChoices):
    """What conversations are sorted by and what can be deleted while it stands on many of them."""

    LABEL = "label", "Label"
    TEAM = "team", "Team"


class Direction(TextChoices):
    IN = "in", "From the contact"
    OUT = "out", "From the team"
    NOTE = "note", "Private note"


class MessageState(TextChoices):
    """What became of a message; a note is stored and goes nowhere."""

    RECEIVED = "received", "Received"
    QUEUED = "queued", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not sent"
    UNKNOWN = "unknown", "May not have arrived"
    STORED = "stored", "Stored"


UNDELIVERED = (MessageState.FAILED, MessageState.UNKNOWN)
"""States of an answer that somebody has to look at."""


class Doubt(TextChoices):
    """Why a submission may be a robot's. It is stored all the same: a real lead is worth a wrong guess."""

    NONE = "", "None"
    TRAP = "trap", "Filled in a field people cannot see"
    HASTE = "haste", "Was sent faster than a person types"
    UNPROVEN = "unproven", "Came without the proof that a browser with scripts gives"
