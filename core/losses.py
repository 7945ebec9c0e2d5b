"""What names a label or a team and shows nothing once that is deleted: said by the apps above it.

How much work stands on a team is core/accounts/uses.py.
"""

from collections.abc import Callable
from uuid import UUID

Teller = Callable[[UUID, UUID], str]

_tellers: dict[str, Teller] = {}


def register_loss(key: str, teller: Teller) -> None:
    """In AppConfig.ready(): what loses the row of an id, in a sentence for the person of the second id.

    "" where nothing does; in a constant number of questions. The same key replaces.
    """
    _tellers[key] = teller


def losses_of(id: UUID, *, asked_by: UUID) -> list[str]:
    """A sentence for each kind of thing that names it."""
    return [said for said in (teller(id, asked_by) for teller in _tellers.values()) if said]
