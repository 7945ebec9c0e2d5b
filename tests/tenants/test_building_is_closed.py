"""A workspace that is being set up: every door says that nobody is there, and no mail leaves it."""

import asyncio
import re
from typing import Any

import pytest
from django.test import Client

from core.sending.domain.handoff import hand_over
from core.sending.models import Delivery
from inbox.transports.email.door import Door
from tenants import jobs, provisioning, setup, sites
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.middleware import NOT_HERE, SiteWebsocketMiddleware
from tenants.models import Reseller, SetupStep, Workspace
from tenants.schema import stock
from tests.core.sending.sink import running_sink

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def building() -> tuple[Workspace, str]:
    """Every step done but the last one's record: as little is missing as can be."""
    stock.fill(size=1)
    host = f"half-{uuid7().hex[-12:]}.test"
    with platform():
        reseller = Reseller.objects.get(slug="rosa")
    row = provisioning.claim(reseller=reseller, name="Half", host=host, owner_email="o@half.test")
    real = setup._open
    try:
        setup._open = lambda row, steps: False
        assert not setup.set_up(row)
    finally:
        setup._open = real
    with platform():
        assert set(SetupStep.objects.filter(workspace=row).values_list("state", flat=True)) == {"done"}
    return row, host


def test_no_page_form_or_api_answers(building: tuple[Workspace, str]) -> None:
    row, host = building
    with workspace(row):
        text = Delivery.objects.get().payload["text"]
    link = re.search(r"/account/welcome/\S+", text)
    assert link
    browser = Client(HTTP_HOST=host)
    chosen = {"name": "Olu", "password": "a-long-enough-phrase", "email": "o@half.test"}
    for path in ("/", "/account/login/", link[0], "/f/contact/", "/api/v1/leads", "/brand/x.css"):
        for answer in (browser.get(path), browser.post(path, chosen)):
            assert (answer.status_code, b"Half" in answer.content) == (404, False)
    provisioning.finish_waiting()
    sites.cache.clear()
    assert browser.post(link[0], chosen).headers["Location"] == "/"


def test_no_socket_is_accepted(building: tuple[Workspace, str]) -> None:
    _, host = building
    sent: list[object] = []

    async def nobody(*args: object) -> None:
        raise AssertionError("the socket got through")

    async def receive() -> None:
        return None

    async def send(message: object) -> None:
        sent.append(message)

    headers = [(b"host", host.encode()), (b"origin", f"http://{host}:8000".encode())]
    asyncio.run(SiteWebsocketMiddleware(nobody)({"type": "websocket", "headers": headers}, receive, send))
    assert sent == [{"type": "websocket.close", "code": NOT_HERE}]
    provisioning.finish_waiting()


def test_no_mail_is_taken_in(building: tuple[Workspace, str]) -> None:
    _, host = building
    assert asyncio.run(Door().site_of(f"hello@{host}")) is None
    provisioning.finish_waiting()


@pytest.mark.usefixtures("warm")
def test_no_mail_leaves_before_it_is_open(building: tuple[Workspace, str], settings: Any) -> None:
    row, _ = building
    with running_sink() as sink, workspace(row):
        settings.SMTP_URL = sink.url
        waiting = [delivery.id for delivery in Delivery.objects.all()]
        hand_over(waiting)
        assert list(Delivery.objects.values_list("state", flat=True)) == ["queued"]
        assert sink.accepted == []
        remembered = dict(sites.cache._rows)
        provisioning.finish_waiting()
        sites.cache._rows.update(remembered)  # opened by another process: this one still thinks it is closed
        hand_over(waiting)
        assert list(Delivery.objects.values_list("state", flat=True)) == ["sent"]
    assert [item.rcpt_tos for item in sink.accepted] == [["o@half.test"]]


def test_opening_wakes_what_had_to_wait(
    building: tuple[Workspace, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _ = building
    woken: list[str] = []
    monkeypatch.setattr(setup, "enqueue", lambda name, *args, **options: woken.append(name))
    with platform():
        jobs.set_up(str(row.id))
    assert woken == ["tenants.sweep_workspace"]
