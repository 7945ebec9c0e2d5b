"""Reads of the log: pages of it, who stands in it, and whether it is whole.

Lines are written by domain/append.py and put into words by words.py.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from core.accounts.models import SupportSession, User
from core.timeline.models import AuditEntry
from core.timeline.rules import HASHED, hash_of

PAGE = 50
FIRST_HASH = ""
SEARCHED = ("label", "actor_name", "behind", "action", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see of a log: one person's lines, one kind's, one stay's, with these words.

    Network addresses are searched with `addresses` alone: who is not shown them must not find them out.
    """

    person: UUID | None = None
    kind: str = ""
    stay: UUID | None = None
    words: str = ""
    addresses: bool = False


def entries(asked: Asked, *, before: int | None = None, whose: Q | None = None) -> list[AuditEntry]:
    """A page of the log, the newest first; the next one is what stands before the last one's number."""
    rows = AuditEntry.objects.filter(whose or Q())
    if asked.person:
        rows = rows.filter(actor_id=asked.person)
    if asked.stay:
        rows = rows.filter(support_id=asked.stay)
    if asked.kind:
        rows = rows.filter(action__startswith=f"{asked.kind}.")
    if asked.words:
        rows = rows.filter(_with(asked))
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("-seq")[:PAGE])


def _with(asked: Asked) -> Q:
    found = Q()
    for name in (*SEARCHED, "address") if asked.addresses else SEARCHED:
        found |= Q(**{f"{name}__icontains": asked.words})
    return found


def people() -> list[User]:
    """Whose lines a workspace's log may hold: everybody of the team, and support people."""
    return list(User.everyone.order_by("name", "email"))


def person_called(user_id: UUID) -> str:
    person = User.everyone.filter(id=user_id).first()
    return person.display_name if person else ""


def stays(*, limit: int = 8) -> list[SupportSession]:
    """The newest stays of support people here."""
    return list(SupportSession.objects.select_related("user").order_by("-started_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Checked:
    """How a log stands: its sound lines and the last hash of them; `broken_at` is the first wrong line."""

    lines: int
    head: str
    broken_at: int | None = None
    fault: str = ""


def verify_chain() -> Checked:
    """Walk the whole log of this place: each number once, each hash fitting its line and the line before."""
    prev_hash, number = FIRST_HASH, 0
    for row in AuditEntry.objects.order_by("seq").values(*HASHED, "hash").iterator(chunk_size=2000):
        number += 1
        if fault := _fault(row, number=number, prev_hash=prev_hash):
            return Checked(number - 1, prev_hash, broken_at=row["seq"], fault=fault)
        prev_hash = row["hash"]
    return Checked(number, prev_hash)


def _fault(row: dict[str, object], *, number: int, prev_hash: str) -> str:
    if row["seq"] != number:
        return f"line {number} is missing"
    if row["prev_hash"] != prev_hash:
        return f"line {number} does not follow the line before it"
    return "" if hash_of(row) == row["hash"] else f"line {number} was changed"
