"""What can be done to many conversations at once, and how far a job is. Rows are in models.py."""

from datetime import timedelta

from django.db.models import TextChoices

from core.accounts.rules import Action


class Act(TextChoices):
    """The value is what a form sends; what each needs beside it is forms.py."""

    ASSIGN = "assign", "Assign"
    TEAM = "team", "Give to a team"
    LABEL = "label", "Add a label"
    UNLABEL = "unlabel", "Take a label off"
    PRIORITY = "priority", "Set the priority"
    SNOOZE = "snooze", "Snooze"
    PENDING = "pending", "Set to pending"
    RESOLVE = "resolve", "Resolve"
    REOPEN = "reopen", "Reopen"
    DELETE = "delete", "Delete"

    @property
    def needs(self) -> Action:
        """What somebody must be allowed to, when they ask and while it is done."""
        return Action.DELETE_CONVERSATIONS if self is Act.DELETE else Action.USE_INBOX


class JobState(TextChoices):
    """Stopped: cancelled, or nobody may do it any more. What was done until then stands."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"
    UNDOING = "undoing", "Being taken back"
    UNDONE = "undone", "Taken back"


class BatchState(TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    UNDONE = "undone", "Taken back"


UNDO_WITHIN = timedelta(minutes=10)
"""How long a job can be taken back after its end; what it deleted is purged then."""
KEPT_FOR = timedelta(days=7)
"""How long it is known what a job did."""
BATCH = 500
"""Conversations that one transaction changes."""
MOST_IDS = 200
"""Conversations that can be chosen one by one; all of a view has no limit."""
