"""What others may hear about people; connected in deploy/wiring.py."""

from django.dispatch import Signal

rights_changed = Signal()
"""After the commit: `user_id` lost or gained rights, or was signed out everywhere. Open sockets must end."""
