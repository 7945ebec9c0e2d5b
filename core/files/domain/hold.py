"""Who holds a file: what is held stays, what is let go of is loose again and swept away after a day.

An app that holds files by rows of its own registers how it is asked; what anybody holds is never swept.
"""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.utils import timezone

from core.files.models import StoredFile

State = StoredFile.State
Holder = Callable[[list[UUID]], set[UUID]]

_holders: dict[str, Holder] = {}


class FileGone(Exception):
    """A file that was to be held is not there any more."""


def register_holder(name: str, held: Holder) -> None:
    """`held` says which of some files a row of this app points to. For AppConfig.ready()."""
    _holders[name] = held


def held_among(ids: list[UUID]) -> set[UUID]:
    """Those that anybody holds."""
    return {id for ask in _holders.values() for id in ask(ids)}


def hold(ids: Iterable[UUID]) -> list[StoredFile]:
    """The files, locked and held from here on; in the caller's transaction. Raises FileGone."""
    wanted = list(dict.fromkeys(ids))
    rows = StoredFile.objects.select_for_update().filter(id__in=wanted).exclude(state=State.GOING)
    found = {row.id: row for row in rows.order_by("id")}
    if len(found) < len(wanted):
        raise FileGone
    StoredFile.objects.filter(id__in=wanted, state=State.LOOSE).update(
        state=State.HELD, state_since=timezone.now()
    )
    return [found[id] for id in wanted]


def let_go(ids: Iterable[UUID]) -> None:
    """What nobody else holds is loose from now on."""
    StoredFile.objects.filter(id__in=list(ids), state=State.HELD).update(
        state=State.LOOSE, state_since=timezone.now()
    )


def discard(ids: Iterable[UUID]) -> None:
    """Loose files that somebody took back go with the next sweep; held ones stay."""
    StoredFile.objects.filter(id__in=list(ids), state=State.LOOSE).update(
        state=State.GOING, state_since=timezone.now()
    )
