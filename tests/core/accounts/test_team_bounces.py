"""Invitations of teammates that come back, by real SMTP: shown on the team's page until another is sent."""

import smtplib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.domain.invitations import team_troubles
from core.accounts.models import User
from core.sending.domain.handoff import hand_over
from core.sending.domain.queue import queue
from core.sending.models import Delivery
from inbox.transports.email.domain.take_in import take_in
from inbox.transports.email.models import InboundMail
from tenants.context import Place, platform, workspace
from tenants.models import Domain, Workspace
from tests.conftest import client_of
from tests.core.sending.sink import Sink, running_sink
from tests.inbox.transports.email import mails
from tests.inbox.transports.email.server import running_server

NEW = {"email": "gone@example.org", "name": "Gil Gone", "role": "agent"}


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with running_sink() as running:
        settings.SMTP_URL = running.url
        yield running


def sent(sink: Sink) -> str:
    """Hand the newest mail over; the address it comes back to."""
    hand_over([Delivery.objects.latest("created_at").id])
    return str(sink.accepted[-1].mail_from)


def page_of(client: Client) -> str:
    return client.get("/settings/team/").content.decode()


def test_it_works(fresh_workspace: Callable[[], Workspace], sink: Sink, redis: Any) -> None:
    row = fresh_workspace()
    with platform():
        host = Domain.objects.get(workspace=row).host
    with workspace(row):
        owner = User.objects.get()
        owner.set_password("x" * 20)
        owner.save(update_fields=["password"])
    client = client_of(owner, host=host)
    assert client.post("/settings/team/add/", NEW).status_code == 302
    with workspace(row), running_server() as port:
        back = sent(sink)
        assert "Not delivered" not in page_of(client)
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as server:
            server.sendmail("", [back], mails.report())
        take_in(InboundMail.objects.latest("received_at").id)
        html = page_of(client)
        assert (
            "Not delivered" in html,
            "this address does not exist (550 5.1.1 no such person)" in html,
        ) == (
            True,
            True,
        )
        person = User.objects.get(email="gone@example.org")
        assert client.post(f"/settings/team/{person.id}/invite/").status_code == 302
        sent(sink)
        assert "Not delivered" not in page_of(client)


@pytest.mark.parametrize("people", [1, 3])
def test_the_same_questions_however_many(
    client_for: Callable[..., Client],
    alice: User,
    alice_ws: Workspace,
    redis: Any,
    warm: None,
    people: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    client = client_for(alice)
    for number in range(people):
        client.post("/settings/team/add/", {**NEW, "email": f"p{number}@example.org"})
    page_of(client)
    with workspace(alice_ws):
        Delivery.objects.update(state="failed", settled_at="2026-01-01T00:00Z", reason="It came back.")
    page_of(client)
    with django_assert_num_queries(QUERIES):
        assert page_of(client).count("Not delivered") == people


QUERIES = 7
"""Session, user, people, invitations, what came back, and the counts of the bell and of held mail."""


def test_what_came_back_from_another_address_is_no_trouble(in_alice: Place, bob: User) -> None:
    bob.set_unusable_password()
    for number, to in enumerate(("old@example.org", bob.email)):
        mail = queue(kind="system", ref=f"team:{bob.id}:{number}", to=to)
        Delivery.objects.filter(id=mail.id).update(state="failed", settled_at=timezone.now(), reason=to)
    assert team_troubles([bob]) == {bob.id: bob.email}
    Delivery.objects.filter(to=bob.email).delete()
    assert team_troubles([bob]) == {}
