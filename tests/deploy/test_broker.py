"""deploy/broker.py: a worker outlives a Redis that goes while it has messages in hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Consumer, Message, Queue

from deploy.celery import app
from deploy.dev.valkey import EmbeddedValkey

QUEUE = Queue("work")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


def connected(url: str) -> Connection:
    return Connection(url, transport=app.conf.broker_transport)


def in_hand(connection: Connection) -> Message:
    """A message that was put into the queue, taken out of it, and not acknowledged."""
    found: list[Message] = []
    with connection.Producer() as producer:
        producer.publish("wake", routing_key="work", declare=[QUEUE])
    with Consumer(connection.default_channel, [QUEUE], on_message=found.append):
        connection.drain_events(timeout=5)
    return found[0]


def lose(connection: Connection, valkey: EmbeddedValkey) -> None:
    """As it befalls a worker that was told so while it asked for more: kombu forgets the way, then closes."""
    channel: Any = connection.default_channel
    valkey.kill()
    connection._do_close_transport()
    channel.close()


@pytest.mark.parametrize("settles", ["ack", "reject", "requeue"])
def test_what_was_in_hand_is_let_go(valkey: EmbeddedValkey, settles: str) -> None:
    connection = connected(valkey.url)
    message = in_hand(connection)
    lose(connection, valkey)
    getattr(message, settles)()  # by a task that ends only now


def test_what_was_in_hand_is_put_back_where_redis_is_there(valkey: EmbeddedValkey) -> None:
    connection = connected(valkey.url)
    in_hand(connection)
    connection.close()
    with connected(valkey.url) as second:
        channel: Any = second.default_channel
        assert channel.client.llen("work") == 1


def test_what_is_acknowledged_is_gone(valkey: EmbeddedValkey) -> None:
    connection = connected(valkey.url)
    in_hand(connection).ack()
    connection.close()
    with connected(valkey.url) as second:
        channel: Any = second.default_channel
        assert (channel.client.llen("work"), channel.client.hlen("unacked")) == (0, 0)
