"""The starter templates of a reseller's console: which are offered, what each brings, who began with it.

Writing them is domain/starters.py; what a part's content means is its app's.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tenants import starters
from tenants.models import Reseller, StarterTemplate, Workspace


@dataclass(frozen=True, slots=True)
class Offer:
    """A template as a console shows it: `brings` are the parts' labels with their content in words."""

    row: StarterTemplate
    brings: list[tuple[str, str]]
    used: int
    is_default: bool

    @property
    def pk(self) -> UUID:
        return self.row.id

    @property
    def hue(self) -> float | None:
        """Its colour as a hue in degrees, for a swatch."""
        return starters.hue_of(self.row.parts)

    @property
    def is_own(self) -> bool:
        """Whether it is the reseller's to change; the platform's own are only read."""
        return self.row.reseller_id is not None


def offers(reseller: Reseller) -> list[Offer]:
    """The reseller's own by name, then the platform's; one of them is the default, if there is any."""
    rows = StarterTemplate.objects.filter(Q(reseller=reseller) | Q(reseller=None))
    rows = rows.annotate(used=Coalesce(Subquery(_begun(reseller)), 0))
    found = list(rows.order_by(F("reseller").asc(nulls_last=True), "name"))
    chosen = next((row for row in found if row.is_default), None)
    return [_offer(row, is_default=row is chosen) for row in found]


def _begun(reseller: Reseller) -> Any:
    """How many of the reseller's workspaces began with each."""
    began = Workspace.objects.filter(starter=OuterRef("pk"), reseller=reseller).order_by()
    return began.values("starter").annotate(many=Count("id")).values("many")


def _offer(row: StarterTemplate, *, is_default: bool) -> Offer:
    used: int = row.used  # type: ignore[attr-defined]  # the annotation above
    return Offer(row, starters.described(row.parts), used, is_default)


def offer_of(reseller: Reseller, row: StarterTemplate) -> Offer:
    """One of them by itself."""
    return next(offer for offer in offers(reseller) if offer.pk == row.id)
