"""Mail that waited in an archive does not leave by itself, and whoever wrote it is told."""

from core.sending.domain.queue import queue
from core.sending.domain.restored import RESTORED, hold_back
from core.sending.domain.sweep import sweep
from core.sending.models import Delivery
from core.sending.signals import delivery_settled
from tenants.context import Place
from tests.core.sending.conftest import NOTE


def test_it_is_skipped_once_and_told(in_alice: Place) -> None:
    row, heard = queue(kind=NOTE, ref="1", to="zoe@example.org"), []

    def hear(sender: object, delivery: Delivery, **kwargs: object) -> None:
        heard.append((delivery.id, delivery.state, delivery.reason))

    delivery_settled.connect(hear)
    try:
        hold_back()
        hold_back()
        sweep()
        sweep()
    finally:
        delivery_settled.disconnect(hear)
    assert heard == [(row.id, "skipped", RESTORED)]
    row.refresh_from_db()
    assert (row.code, row.payload, row.announced) == ("restored", {}, True)
