"""What this app tells others: connected in deploy/wiring.py."""

from django.dispatch import Signal

# Sent with `message` and `files` (StoredFile, in order) in the transaction that hangs them on it.
files_attached = Signal()
