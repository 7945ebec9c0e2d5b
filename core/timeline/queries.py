"""Reads of the log: pages of it, who stands in it, what is not in its chain yet, and whether it is whole.

Lines are written by domain/append.py, chained by domain/chain.py and put into words by words.py.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from core.accounts.models import SupportSession, User
from core.timeline.models import AuditEntry, PendingEntry
from core.timeline.rules import FACTS, HASHED, PATIENCE, hash_of

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


def entries(asked: Asked, *, before: UUID | None = None, whose: Q | None = None) -> list[AuditEntry]:
    """A page of the log, the newest first; the next one is what stands before the last one's id.

    The id and not the number, which counts all that is done on the platform; and one of somebody else's lines
    leads nowhere.
    """
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
        last = AuditEntry.objects.filter(whose or Q(), id=before)
        rows = rows.filter(seq__lt=Subquery(last.order_by().values("seq")))
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


def pending(*, since: UUID | None = None) -> QuerySet[PendingEntry]:
    """The lines that are not in the chain, all or those since an id, the oldest first."""
    chained = AuditEntry.objects.filter(id=OuterRef("id"))
    rows: QuerySet[PendingEntry] = PendingEntry.objects.exclude(Exists(chained)).order_by("id")
    return rows if since is None else rows.filter(id__gte=since)


@dataclass(frozen=True, slots=True)
class Checked:
    """How a log stands: its sound lines and the last hash of them; `broken_at` is the first wrong line.

    `late` counts lines that were written more than PATIENCE ago and are not in the chain: they were missed,
    which is no sign of harm.
    """

    lines: int
    head: str
    broken_at: int | None = None
    fault: str = ""
    late: int = 0


def verify_chain() -> Checked:
    """Walk the whole log of this place: each number once, each hash fitting its line and the line before,
    and each line what its act wrote, as far as that is still kept."""
    # Read before the chain: what is chained meanwhile is then found in both.
    written = {row["id"]: row for row in PendingEntry.objects.values(*FACTS).iterator(chunk_size=2000)}
    prev_hash, number = FIRST_HASH, 0
    for row in AuditEntry.objects.order_by("seq").values(*HASHED, "hash").iterator(chunk_size=2000):
        number += 1
        act = written.pop(row["id"], None)
        if fault := _fault(row, number=number, prev_hash=prev_hash, act=act):
            return Checked(number - 1, prev_hash, broken_at=row["seq"], fault=fault)
        prev_hash = row["hash"]
    latest = timezone.now() - PATIENCE
    return Checked(number, prev_hash, late=sum(row["at"] < latest for row in written.values()))


def _fault(row: dict[str, Any], *, number: int, prev_hash: str, act: dict[str, Any] | None) -> str:
    if row["seq"] != number:
        return f"line {number} is missing"
    if row["prev_hash"] != prev_hash:
        return f"line {number} does not follow the line before it"
    if hash_of(row) != row["hash"]:
        return f"line {number} was changed"
    forged = act is not None and any(act[name] != row[name] for name in FACTS)
    return f"line {number} is not what its act wrote" if forged else ""
