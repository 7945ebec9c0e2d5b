"""Brands for the tests: set on the platform, for a reseller or for one workspace."""

from collections.abc import Callable
from typing import Any

import pytest

from branding.domain.brands import save_brand
from branding.models import Brand
from branding.pictures import draw_logo
from tenants.context import platform
from tenants.models import Reseller, Workspace
from tests.branding.test_pictures import picture

SetBrand = Callable[..., Brand]


@pytest.fixture
def set_brand(db: None) -> SetBrand:
    """`set_brand("rosa", name="…")`; `logo=(width, height)` draws one."""

    def save(
        slug: str | None = None,
        *,
        workspace: Workspace | None = None,
        logo: tuple[int, int] | None = None,
        **values: Any,
    ) -> Brand:
        with platform():
            reseller = Reseller.objects.get(slug=slug) if slug else None
            brand = Brand.objects.filter(reseller=reseller, workspace=workspace).first() or Brand(
                reseller=reseller, workspace=workspace
            )
            for field, value in values.items():
                setattr(brand, field, value)
            return save_brand(brand, logo=draw_logo(picture(size=logo)) if logo else None)

    return save
