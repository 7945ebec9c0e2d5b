"""The page about e-mail: a key is made, its record shown and looked up, by those who may."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.sending.models import DkimKey
from inbox.transports.email.views import settings as page
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.sending.dns_server import Zone, running_dns
from tests.inbox.makers import part, url

pytestmark = pytest.mark.usefixtures("db", "redis")
PAGE = "/settings/email/"


@pytest.fixture
def zone(settings: Any) -> Iterator[Zone]:
    with running_dns() as running:
        settings.DNS_RESOLVERS = running.resolvers
        yield running


@pytest.fixture
def client(client_for: Callable[..., Client], alice: User) -> Client:
    return client_for(alice)


def key_in(row: Workspace) -> DkimKey:
    with workspace(row):
        found: DkimKey = DkimKey.objects.latest("created_at")
    return found


def test_it_works(client: Client, alice_ws: Workspace, zone: Zone) -> None:
    """Made, published wrongly, then rightly, then replaced."""
    assert "Make a key" in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}keys/").status_code == 302
    key = key_in(alice_ws)
    html = client.get(PAGE).content.decode()
    assert ("Not found yet" in html, key.record_name in html, key.record_value in html) == (True, True, True)
    assert "PRIVATE" not in html
    check = url("email:check_key", key.id)
    zone.records[key.record_name] = ["v=DKIM1; p="]
    html = client.post(check, **part("dkim")).content.decode()
    assert ("Wrong key" in html, "withdrawn" in html, "<html" in html) == (True, True, False)
    zone.records[key.record_name] = [key.record_value]
    with workspace(alice_ws):
        DkimKey.objects.update(checked_at=timezone.now() - page.FRESH)
    assert client.post(check).status_code == 302
    html = client.get(PAGE).content.decode()
    assert ("Signed" in html, "Replace the key" in html, "Publish this record" in html) == (True, True, False)
    client.post(f"{PAGE}keys/")
    assert "The key that comes next" in client.get(PAGE).content.decode()
    assert zone.asked == [key.record_name] * 2


def test_it_is_asked_every_few_seconds_at_most(client: Client, alice_ws: Workspace, zone: Zone) -> None:
    client.post(f"{PAGE}keys/")
    for _ in range(3):
        client.post(url("email:check_key", key_in(alice_ws).id), **part("dkim"))
    assert len(zone.asked) == 1


def test_a_second_key_waits_for_the_first(client: Client, alice_ws: Workspace) -> None:
    for _ in range(2):
        client.post(f"{PAGE}keys/")
    with workspace(alice_ws):
        assert DkimKey.objects.count() == 1


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_it_checks_permission(
    request: pytest.FixtureRequest,
    client: Client,
    client_for: Callable[..., Client],
    alice_ws: Workspace,
    who: str,
) -> None:
    client.post(f"{PAGE}keys/")
    other = client_for(request.getfixturevalue(who))
    check = url("email:check_key", key_in(alice_ws).id)
    assert [other.get(PAGE).status_code, other.post(f"{PAGE}keys/").status_code] == [403, 403]
    assert other.post(check).status_code == 403


def test_other_workspace_gets_404(
    client: Client, client_for: Callable[..., Client], mallory: User, alice_ws: Workspace, zone: Zone
) -> None:
    client.post(f"{PAGE}keys/")
    check = url("email:check_key", key_in(alice_ws).id)
    assert client_for(mallory).post(check).status_code == 404
    assert zone.asked == []


def test_a_stranger_is_sent_to_sign_in() -> None:
    assert Client(HTTP_HOST=world.ALICE_HOST).get(PAGE).status_code == 302
