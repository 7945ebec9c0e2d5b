"""The operators' one search: resellers, workspaces and people of staff, a handful of each.

The lists behind it are listing.py and reseller_list.py; nothing here is for a reseller's console.
"""

from dataclasses import dataclass, field

from django.db.models import Q

from tenants.console import queries, reseller_list
from tenants.console.listing import Wanted
from tenants.console.queries import Listed
from tenants.console.reseller_list import ListedReseller
from tenants.models import Staff

SIZE = 6
SHORTEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the words are in; of each as many as fit on a screen."""

    resellers: list[ListedReseller] = field(default_factory=list)
    workspaces: list[Listed] = field(default_factory=list)
    staff: list[Staff] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.resellers or self.workspaces or self.staff)


def find(words: str) -> Found:
    """Everything the words occur in; nothing for a single letter."""
    if len(words) < SHORTEST:
        return Found()
    people = Staff.objects.filter(Q(user__email__icontains=words) | Q(user__name__icontains=words))
    return Found(
        resellers=reseller_list.resellers(words=words, size=SIZE).rows,
        workspaces=queries.workspaces(Q(), Wanted(words=words, wide=True), size=SIZE).rows,
        staff=list(people.select_related("user", "reseller").order_by("user__email", "id")[:SIZE]),
    )
