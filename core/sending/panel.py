"""What operators see of the platform's own mail: what waits, since when, what failed, what the relay said."""

from django.utils import timezone

from core.sending.queries import DAYS, mail_state
from tenants.console.figures import Figure, Panel


def mail_panel() -> Panel:
    """Sign-in codes, resets and invitations of the consoles; a workspace's mail is its own."""
    state = mail_state()
    lately = f"in the last {DAYS} days"
    age = ""
    if state.oldest is not None:
        age = f"the oldest for {max(1, int((timezone.now() - state.oldest).total_seconds() // 60))} min"
    figures = [
        Figure("Waiting", state.queued, age),
        Figure("Failed", state.failed, lately),
        Figure("May have arrived", state.unknown, f"unknown, {lately}"),
    ]
    return Panel("The platform’s own mail", figures, trouble=state.last_error)
