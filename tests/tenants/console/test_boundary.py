"""Every address of a reseller's console, present and to come, tried with another reseller's ids."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from core.accounts.models import User
from tenants.access import rule_of
from tenants.context import platform
from tenants.models import Domain, Reseller, Staff, Workspace
from tests.branding.conftest import SetBrand, set_brand  # noqa: F401 - a fixture, used by name
from tests.core.accounts.test_access import views

CANARY = "CANARY of Mallory"
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")

with_ids = [
    (path, view)
    for path, view in views(get_resolver("deploy.urls.reseller").url_patterns)
    if "<uuid" in path and rule_of(view) != "public"
]


@pytest.fixture
def foreign_ids(mallory_ws: Workspace, set_brand: SetBrand) -> list[str]:  # noqa: F811 - the fixture
    """Ids of all that Rita's side has, in rows that hold a canary."""
    set_brand("rita", workspace=mallory_ws, name=CANARY, tagline=CANARY)
    with platform():
        Workspace.objects.filter(id=mallory_ws.id).update(name=CANARY)
        rita = Reseller.objects.get(slug="rita")
        domain = Domain.objects.get(workspace=mallory_ws)
        staff = Staff.objects.get(reseller=rita)
    return [str(row.id) for row in (mallory_ws, rita, domain, staff)] + [str(staff.user_id)]


def test_there_is_something_to_try() -> None:
    assert len(with_ids) >= 3


@pytest.mark.parametrize("path", [path for path, _ in with_ids])
@pytest.mark.parametrize("method", METHODS)
def test_other_resellers_ids_do_not_exist(
    client_for: Callable[..., Client], rosa: User, foreign_ids: list[str], path: str, method: str
) -> None:
    client, before = client_for(rosa), snapshot()
    for foreign in foreign_ids:
        url = "/" + re.sub(r"<uuid:\w+>", foreign, path)
        form: dict[str, Any] = {"state": "suspended", "name": "taken over", "workspace": foreign}
        response = getattr(client, method)(url, form)
        assert response.status_code in {404, 405}, url
        assert CANARY not in response.content.decode()
    assert snapshot() == before


def snapshot() -> list[tuple[Any, ...]]:
    """What must not have changed."""
    with platform():
        return [
            *Workspace.objects.order_by("id").values_list("id", "name", "state", "reseller"),
            *Staff.objects.order_by("id").values_list("id", "user", "reseller", "role"),
            *Domain.objects.order_by("id").values_list("id", "host", "workspace"),
        ]
