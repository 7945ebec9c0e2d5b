"""What accounts tells others: connected in deploy/wiring.py."""

from django.dispatch import Signal

# Sent with `team` in the transaction that deletes it. Who names it clears it away, then calls `remove_team`.
team_deleted = Signal()
