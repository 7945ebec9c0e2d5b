"""Writing a brand: its tokens and its pictures, in one transaction, on the platform.

Inheritance is read in queries.py; uploads are drawn anew by pictures.py before they are kept.
"""

from django.db import transaction

from branding.models import Brand, Picture
from branding.pictures import Drawn, Logo
from core import brand as door


def save_brand(brand: Brand, *, logo: Logo | None = None, drop_logo: bool = False) -> Brand:
    """Keep a brand and, where one was uploaded, its new logo; what the logo replaces is deleted."""
    with transaction.atomic():
        old = [key for key in (brand.logo_id, brand.icon_id) if key] if logo or drop_logo else []
        if logo or drop_logo:
            brand.logo = _keep(logo.logo) if logo else None
            brand.icon = _keep(logo.icon) if logo and logo.icon else None
        brand.save()
        Picture.objects.filter(id__in=old).delete()
    door.forget()
    return brand


def _keep(drawn: Drawn) -> Picture:
    return Picture.objects.create(png=drawn.png, digest=drawn.digest, width=drawn.width, height=drawn.height)
