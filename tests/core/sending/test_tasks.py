"""The thin tasks, and the check that explains a wrong SMTP_URL at start-up."""

from typing import Any

import pytest

from core.sending import tasks
from core.sending.checks import smtp_url
from core.sending.domain.queue import queue
from core.sending.domain.system import send_system
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tests.core.sending.conftest import NOTE
from tests.core.sending.sink import Sink


@pytest.mark.usefixtures("in_alice")
def test_a_workspaces_mail_is_sent_in_it(sink: Sink) -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    tasks.send(str(row.id))
    assert (Delivery.objects.get(id=row.id).state, len(sink.accepted)) == ("sent", 1)


@pytest.mark.usefixtures("on_platform")
def test_the_platforms_mail_is_sent_there(sink: Sink) -> None:
    row = send_system("olga@example.org", subject="Hi", text="Hi")
    tasks.send_platform(str(row.id))
    assert (Delivery.objects.get(id=row.id).state, len(sink.accepted)) == ("sent", 1)


def test_other_workspaces_delivery_is_not_found(
    alice_ws: Workspace, mallory_ws: Workspace, sink: Sink
) -> None:
    with workspace(alice_ws):
        row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    with workspace(mallory_ws):
        tasks.send(str(row.id))
    assert sink.accepted == []


@pytest.mark.usefixtures("in_alice")
def test_queueing_wakes_the_workspaces_task(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr("core.sending.domain.wake.enqueue", lambda *args: woken.append(args))
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    assert woken == [("core.sending.send", str(row.id))]


@pytest.mark.usefixtures("on_platform")
def test_queueing_on_the_platform_wakes_the_platforms_task(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[tuple[Any, ...]] = []
    monkeypatch.setattr("core.sending.domain.wake.enqueue", lambda *args: woken.append(args))
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    assert woken == [("core.sending.send_platform", str(row.id))]


def test_a_wrong_smtp_url_is_explained(settings: Any) -> None:
    settings.SMTP_URL = "mail.example.com"
    assert [error.id for error in smtp_url(None)] == ["sending.E001"]
    settings.SMTP_URL = "smtps://mail.example.com"
    assert smtp_url(None) == []
