"""Whose brand a site bears: the platform's shape, then its reseller's choices, then its workspace's own.

Shape (colour, radius, font) is inherited from the platform; words and pictures never are, or a client would
read the platform's name. Turning the result into tokens is source.py next door.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from branding.models import Brand, Picture
from core.ui.theme import NEUTRAL_CHROMA, NEUTRAL_FONT, NEUTRAL_HUE, NEUTRAL_RADIUS
from tenants.db.shared import shared_facts
from tenants.models import Reseller, Workspace
from tenants.sites import Site

WORDS = (
    "name", "tagline", "subline", "footer", "privacy_url", "terms_url", "support_email", "logo_digest",
    "icon_digest",
)  # fmt: skip


@dataclass(slots=True)
class Look:
    """The resolved values of one site; an empty name means that nobody chose one."""

    hue: float = NEUTRAL_HUE
    chroma: float = NEUTRAL_CHROMA
    radius: int = NEUTRAL_RADIUS
    font: str = NEUTRAL_FONT
    name: str = ""
    tagline: str = ""
    subline: str = ""
    footer: str = ""
    privacy_url: str = ""
    terms_url: str = ""
    support_email: str = ""
    logo_digest: str = ""
    icon_digest: str = ""


def look(*, reseller_id: UUID | None, workspace_id: UUID | None) -> Look:
    """How an owner's pages look, in one query: nobody's (the platform), a reseller's, or a workspace's."""
    return _look(chain(reseller_id=reseller_id, workspace_id=workspace_id), reseller_id=reseller_id)


def looks_of(site: Site) -> tuple[Look, Look]:
    """A site's look, and the same as a workspace's own customers see it, in one query.

    They deal with the workspace: of its reseller they see shape and links, not name, line or pictures, nor
    where to write.
    """
    rows = chain(reseller_id=site.reseller_id, workspace_id=site.workspace_id)
    found, facing = (_look(rows, reseller_id=site.reseller_id) for _ in range(2))
    own = next((row for row in rows if row.workspace_id), None)
    facing.name = site.workspace_name
    for field in ("footer", "support_email", "logo_digest", "icon_digest"):
        setattr(facing, field, getattr(own, field, None) or "")
    return found, facing


def _look(rows: Sequence[Brand], *, reseller_id: UUID | None) -> Look:
    found = Look()
    for brand in rows:
        _add_shape(found, brand)
        if brand.reseller_id == reseller_id:
            _add_words(found, brand)
    return found


def inherited_by(brand: Brand) -> Look:
    """What an owner looks like without any choice of its own."""
    return look(reseller_id=brand.reseller_id if brand.workspace_id else None, workspace_id=None)


def chain(*, reseller_id: UUID | None, workspace_id: UUID | None) -> list[Brand]:
    """The brand rows an owner inherits from and its own, the most general first."""
    owners = Q(reseller=None)
    if reseller_id:
        owners |= Q(reseller=reseller_id, workspace=None)
    if workspace_id:
        owners |= Q(reseller=reseller_id, workspace=workspace_id)
    with shared_facts() as alias:
        rows = (
            Brand.objects.using(alias)
            .filter(owners)
            .annotate(logo_digest=F("logo__digest"), icon_digest=F("icon__digest"))
        )
        return sorted(rows, key=lambda row: (row.reseller_id is not None, row.workspace_id is not None))


def _add_shape(found: Look, brand: Brand) -> None:
    if brand.hue is not None and brand.chroma is not None:
        found.hue, found.chroma = brand.hue, brand.chroma
    if brand.radius is not None:
        found.radius = brand.radius
    found.font = brand.font or found.font


def _add_words(found: Look, brand: Brand) -> None:
    if brand.logo_id:
        found.icon_digest = ""  # an own logo without an icon is not shown beside somebody else's icon
    for field in WORDS:
        setattr(found, field, getattr(brand, field) or getattr(found, field))


def picture_of(digest: str) -> Picture | None:
    """A picture by its content's hash."""
    with shared_facts() as alias:
        return Picture.objects.using(alias).filter(digest=digest).first()


def hues(rows: Sequence[Workspace] | Sequence[Reseller]) -> dict[UUID, float]:
    """The hue of each reseller's or workspace's brand, where one is chosen; for the consoles' lists."""
    owners = {row.id: row.reseller_id if isinstance(row, Workspace) else row.id for row in rows}
    brands = Brand.objects.filter(reseller_id__in=set(owners.values()), hue__isnull=False)
    chosen = {(brand.reseller_id, brand.workspace_id): brand.hue for brand in brands}
    found = {id: chosen.get((owner, id), chosen.get((owner, None))) for id, owner in owners.items()}
    return {id: hue for id, hue in found.items() if hue is not None}
