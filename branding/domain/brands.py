"""Writing a brand: its tokens and its pictures, in one transaction, on the platform.

Inheritance is read in queries.py; uploads are drawn anew by pictures.py before they are kept.
"""

from uuid import UUID

from django.db import transaction

from branding.models import Brand, Picture
from branding.pictures import Drawn, Logo
from core import brand as door
from tenants.audit import record

CHOICES = (
    "name", "hue", "chroma", "radius", "font", "tagline", "subline", "footer", "privacy_url", "terms_url",
    "support_email",
)  # fmt: skip


def save_brand(brand: Brand, *, logo: Logo | None = None, drop_logo: bool = False) -> Brand:
    """Keep a brand and, where one was uploaded, its new logo; what the logo replaces is deleted."""
    changed = [*CHOICES, "updated_at"]
    with transaction.atomic():
        old = _pictures_now(brand) if logo or drop_logo else []
        if logo or drop_logo:
            brand.logo = _keep(logo.logo) if logo else None
            brand.icon = _keep(logo.icon) if logo and logo.icon else None
            changed += ["logo", "icon"]
        brand.save(**({"force_insert": True} if brand._state.adding else {"update_fields": changed}))
        Picture.objects.filter(id__in=old).delete()
        record("brand.change", target=brand.id, label=_owner(brand), detail={"reseller": brand.reseller_id})
    door.forget()
    return brand


def _owner(brand: Brand) -> str:
    return str(brand.workspace or brand.reseller or "The platform")


def _pictures_now(brand: Brand) -> list[UUID]:
    """The pictures of the stored row, now locked: a teammate may have replaced them since it was read."""
    rows = Brand.objects.select_for_update().filter(id=brand.id).values_list("logo_id", "icon_id")
    return [key for row in rows for key in row if key]


def _keep(drawn: Drawn) -> Picture:
    return Picture.objects.create(png=drawn.png, digest=drawn.digest, width=drawn.width, height=drawn.height)
