"""A workspace's brand as files of its archive: the tokens as JSON, its pictures as PNG.

What comes in is checked like what is typed, and pictures are drawn anew like uploads.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from branding.domain.brands import CHOICES, save_brand
from branding.models import Brand, Picture
from branding.pictures import ICON_SIDE, LOGO_BOX, BadPicture, Logo, redraw
from tenants.archive.manifest import BadArchive
from tenants.archive.parts import ArchivePart
from tenants.models import Reseller, Workspace

TOKENS, LOGO, ICON = "brand.json", "logo.png", "icon.png"
YOUNGER = {"support_email"}
"""Choices that files written by older releases do not have."""


def dump(workspace: Workspace) -> Iterator[tuple[str, bytes]]:
    """Nothing for a workspace without a brand of its own."""
    brand = Brand.objects.select_related("logo", "icon").filter(workspace=workspace).first()
    if brand is None:
        return
    yield TOKENS, json.dumps({name: getattr(brand, name) for name in CHOICES}, indent=1).encode()
    for name, picture in ((LOGO, brand.logo), (ICON, brand.icon)):
        if picture:
            yield name, bytes(picture.png)


def load(workspace: Workspace, files: Mapping[str, bytes]) -> None:
    """Raises BadArchive for tokens that could not have been chosen and pictures that are none."""
    if strange := sorted(set(files) - {TOKENS, LOGO, ICON}):
        raise BadArchive(f"Its brand has a file that is not known here: {strange[0]}.")
    if not files:
        return
    try:
        brand = Brand(reseller=workspace.reseller, workspace=workspace, **_tokens(files))
        brand.full_clean(exclude=_unset(brand))
        logo = redraw(files[LOGO], box=LOGO_BOX) if LOGO in files else None
        icon = redraw(files[ICON], box=(ICON_SIDE, ICON_SIDE)) if logo and ICON in files else None
    except (ValueError, TypeError, ValidationError, BadPicture) as error:
        raise BadArchive("Its brand cannot be read.") from error
    save_brand(brand, logo=Logo(logo=logo, icon=icon) if logo else None)


def _tokens(files: Mapping[str, bytes]) -> dict[str, Any]:
    found = json.loads(files.get(TOKENS, b""))
    if not isinstance(found, dict) or not {*CHOICES} - YOUNGER <= set(found) <= {*CHOICES}:
        raise ValueError("not the tokens of a brand")
    return found


def _unset(brand: Brand) -> list[str]:
    """What is inherited: a form leaves such fields alone, and validation would ask for them."""
    return [field.name for field in Brand._meta.fields if getattr(brand, field.attname) is None]


def forget(workspace: Workspace) -> None:
    """The pictures do not go with the row that shows them."""
    brand = Brand.objects.filter(workspace=workspace).first()
    if brand:
        Picture.objects.filter(id__in=[key for key in (brand.logo_id, brand.icon_id) if key]).delete()


def move(workspace: Workspace, to: Reseller) -> None:
    """Its own brand goes along to another reseller."""
    Brand.objects.filter(workspace=workspace).update(reseller=to)


PART = ArchivePart(key="branding", dump=dump, load=load, forget=forget)
