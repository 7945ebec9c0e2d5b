"""Reads about how this workspace's mail goes; one row by an id from outside is access.py."""

from core.sending.models import DkimKey

State = DkimKey.State


def keys_of(domain: str) -> tuple[DkimKey | None, DkimKey | None, DkimKey | None]:
    """Of a domain: the key that signs, the one whose record is waited for, and the last one replaced."""
    rows = list(DkimKey.objects.filter(domain=domain).order_by("-created_at")[:20])

    def newest(*states: str) -> DkimKey | None:
        return next((row for row in rows if row.state in states), None)

    return newest(State.FOUND), newest(State.WAITING, State.WRONG), newest(State.RETIRED)
