"""A key of Alice's workspace, and a way to send with it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from tenants.context import workspace
from tenants.models import Workspace
from tests import world

LEADS = "/api/v1/leads"

Send = Callable[..., Any]


@pytest.fixture
def key(alice_ws: Workspace, alice: User) -> str:
    """The text of a living key of Alice's."""
    with workspace(alice_ws):
        return make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)[1]


@pytest.fixture
def send(key: str, redis: Any) -> Send:
    """POST a lead as a program does."""

    def post(body: Any, *, host: str = world.ALICE_HOST, bearer: str = key, **headers: Any) -> Any:
        if bearer:
            headers["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
        return Client(HTTP_HOST=host).post(LEADS, body, content_type="application/json", **headers)

    return post
