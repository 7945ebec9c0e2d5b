"""What the tests of signing in share: fresh limits, a browser that signs in, the mails that were queued."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from redis import Redis

from core.accounts.limits_store import LimitsCache
from core.sending.models import Delivery
from tenants.context import entered
from tenants.sites import resolve
from tests import world

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def fresh_limits(redis: "Redis") -> Iterator[None]:
    """No test pays for what another has tried."""
    LimitsCache._away_until = 0.0
    yield
    LimitsCache._away_until = 0.0


@pytest.fixture
def sign_in() -> Callable[..., str]:
    """Post the sign-in form; answers where it leads, or the page's text when it does not."""

    def post(client: Client, email: str, password: str = world.PASSWORD) -> str:
        response = client.post(LOGIN, {"login": email, "password": password})
        return str(response.headers.get("Location") or response.content.decode())

    return post


@pytest.fixture
def mails() -> Callable[[str], list[Delivery]]:
    """The mails queued on a host's site, the oldest first."""

    def queued(host: str) -> list[Delivery]:
        site = resolve(host)
        assert site is not None
        with entered(site.place):
            return list(Delivery.objects.order_by("id"))

    return queued
