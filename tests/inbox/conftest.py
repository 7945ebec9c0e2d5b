"""A Redis the inbox's tests may take away, and what must not carry over from one test to the next."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from core.accounts.limits_store import LimitsCache
from core.realtime import publisher as publisher_module
from core.realtime.publisher import publisher
from deploy.celery import app
from deploy.dev.valkey import EmbeddedValkey
from tenants import memory, tasks


@pytest.fixture
def mortal_redis(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedValkey]:
    """Everything that speaks to Redis speaks to this server: cache, limits, live events, wake-ups."""
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    settings.REDIS_URL = server.url
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": server.url}}
    broker = Celery("mortal", broker=server.url, set_as_current=False)
    broker.conf.broker_transport_options = app.conf.broker_transport_options
    monkeypatch.setattr(tasks, "current_app", broker)
    monkeypatch.setattr(publisher_module, "RETRY_SECONDS", 0.05)
    yield server
    if server.child is None or server.child.poll() is not None:
        server.start()  # lets the publisher's thread end
    one = publisher(server.url)
    while one._healer is not None:
        one._healer.join(5)
    one.close()
    broker.close()
    server.stop()


@pytest.fixture(autouse=True)
def _limits_not_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An outage in one test must not send the next one's counts to Postgres."""
    monkeypatch.setattr(LimitsCache, "_away_until", 0.0)


@pytest.fixture(autouse=True)
def _patient_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """They do not run out between two lines of a test that counts queries."""
    monkeypatch.setattr(memory, "SECONDS", 600.0)
    monkeypatch.setattr(memory, "LONGEST", 600.0)
