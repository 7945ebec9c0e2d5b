"""kombu's way to Redis, mended where it ends a worker: a channel with messages in hand that has lost its way.

kombu 5.7 wants to put those back or acknowledge them through that connection, and what it raises then is no
fault of the connection's to Celery, which ends. Nothing is lost by letting them go: Redis only wakes workers,
the rows are the queue (celery.py).
"""

from typing import Any

import structlog
from kombu.transport import redis, virtual
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class QoS(redis.QoS):
    """The messages that a channel holds and has not acknowledged."""

    def restore_unacked(self, client: Any = None) -> None:
        """Put back what is in hand, as far as Redis can be reached."""
        try:
            if not self._is_cut_off:
                super().restore_unacked(client)
        except (RedisError, OSError) as error:
            log.warning("messages_not_put_back", error=type(error).__name__)
        if self._delivered is not None:
            self._delivered.clear()

    def ack(self, delivery_tag: str) -> None:
        if self._is_cut_off:
            virtual.QoS.ack(self, delivery_tag)
        else:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        if self._is_cut_off:
            virtual.QoS.ack(self, delivery_tag)
        else:
            super().reject(delivery_tag, requeue=requeue)

    @property
    def _is_cut_off(self) -> bool:
        """The channel has neither connections of its own nor a client that knows the way to Redis."""
        return self.channel.connection is None or self.channel.connection.client is None


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    """Named as `broker_transport` in queue.py."""

    Channel = Channel
