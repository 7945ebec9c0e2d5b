"""The page about e-mail: a key is made, its record shown and looked up, by those who may."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.sending.models import DkimKey
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.models import AutoAnswer, HeldMail, InboundMail
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


class TestAutomaticAnswer:
    def test_it_works(self, client: Client, alice_ws: Workspace) -> None:
        assert client.post(PAGE, {"is_active": "on", "text": "We have it."}).status_code == 302
        assert client.post(PAGE, {"text": "We have it still."}).status_code == 302
        with workspace(alice_ws):
            assert list(AutoAnswer.objects.values_list("is_active", "text")) == [(False, "We have it still.")]
        assert "We have it still." in client.get(PAGE).content.decode()

    @pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
    def test_bad_input_is_a_clear_error(self, client: Client, alice_ws: Workspace, text: str) -> None:
        response = client.post(PAGE, {"is_active": "on", "text": text})
        assert (response.status_code, "field-error" in response.content.decode()) == (422, True)
        with workspace(alice_ws):
            assert AutoAnswer.objects.count() == 0


class TestHeldBack:
    @pytest.fixture
    def held(self, alice_ws: Workspace) -> InboundMail:
        with workspace(alice_ws):
            inbound = keep(b"From: zoe@x.test\r\n\r\nHi", mail_from="zoe@x.test", rcpt_to=["a@alice.test"])
            InboundMail.objects.update(state="held", settled_at=timezone.now())
            HeldMail.objects.create(inbound=inbound, sender="zoe@x.test")
        return inbound

    @pytest.mark.parametrize(("act", "state"), [("bring_in", "received"), ("let_go", "ignored")])
    def test_it_works(
        self, client: Client, alice_ws: Workspace, held: InboundMail, act: str, state: str
    ) -> None:
        html = client.get(PAGE).content.decode()
        assert ("Held back" in html, "1 mail, the last" in html) == (True, True)
        client.post(f"{PAGE}held/", {"sender": "zoe@x.test", "act": act})
        with workspace(alice_ws):
            held.refresh_from_db()
        assert (held.state, "Held back" in client.get(PAGE).content.decode()) == (state, False)

    @pytest.mark.parametrize("said", [{}, {"sender": "zoe@x.test"}, {"sender": "zoe@x.test", "act": "burn"}])
    def test_bad_input_is_a_clear_error(
        self, client: Client, alice_ws: Workspace, held: InboundMail, said: dict[str, str]
    ) -> None:
        html = client.post(f"{PAGE}held/", said, follow=True).content.decode()
        assert "Choose what is to become of them." in html
        with workspace(alice_ws):
            held.refresh_from_db()
        assert held.state == "held"

    def test_other_workspace_changes_nothing(
        self, client_for: Callable[..., Client], mallory: User, alice_ws: Workspace, held: InboundMail
    ) -> None:
        client_for(mallory).post(f"{PAGE}held/", {"sender": "zoe@x.test", "act": "let_go"})
        with workspace(alice_ws):
            held.refresh_from_db()
        assert held.state == "held"

    def test_it_checks_permission(
        self, client_for: Callable[..., Client], bob: User, held: InboundMail
    ) -> None:
        said = {"sender": "zoe@x.test", "act": "let_go"}
        assert client_for(bob).post(f"{PAGE}held/", said).status_code == 403

    @pytest.mark.parametrize("senders", [1, 3])
    def test_the_same_questions_however_many(
        self,
        client: Client,
        alice_ws: Workspace,
        warm: None,
        senders: int,
        django_assert_num_queries: Callable[[int], Any],
    ) -> None:
        with workspace(alice_ws):
            for number in range(senders):
                inbound = keep(b"x", mail_from="", rcpt_to=[])
                HeldMail.objects.create(inbound=inbound, sender=f"p{number}@x.test")
        client.get(PAGE)
        with django_assert_num_queries(9):
            html = client.get(PAGE).content.decode()
        assert html.count("Bring in") == senders
