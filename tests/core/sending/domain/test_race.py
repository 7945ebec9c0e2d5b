"""Several workers with the same deliveries, on real connections with real commits: each mail leaves once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from uuid import UUID

from django.db import connections, transaction

from core.sending.domain.claim import claim
from core.sending.domain.handoff import hand_over
from core.sending.domain.queue import queue
from core.sending.identity import Sender
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tests.core.sending.conftest import NOTE
from tests.core.sending.sink import Sink

WORKERS = 4


def test_two_workers_never_send_the_same_mail(fresh_workspace: Callable[[], Workspace], sink: Sink) -> None:
    row = fresh_workspace()
    with workspace(row):
        ids = [queue(kind=NOTE, ref="1", to=f"p{number}@example.org").id for number in range(12)]
    together = Barrier(WORKERS)

    def work(ids: list[UUID]) -> None:
        with workspace(row):
            together.wait()
            hand_over(ids)
        connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, [ids, ids, ids[::-1], ids[::-1]]))
    sent = Counter(item.rcpt_tos[0] for item in sink.accepted)
    assert sent == Counter(f"p{number}@example.org" for number in range(12))
    with workspace(row):
        states = Delivery.objects.filter(kind=NOTE).values_list("state", "attempts")
        assert list(states) == [("sent", 1)] * 12


def test_two_callers_queue_one_mail(fresh_workspace: Callable[[], Workspace]) -> None:
    row = fresh_workspace()
    together = Barrier(WORKERS)

    def work(number: int) -> UUID:
        with workspace(row):
            together.wait()
            found = queue(kind=NOTE, ref="1", to="zoe@example.org").id
        connections.close_all()
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        assert len(set(pool.map(work, range(WORKERS)))) == 1


def test_a_locked_mail_is_passed_over_not_waited_for(fresh_workspace: Callable[[], Workspace]) -> None:
    """Whoever holds the row may take long; a worker that waits for it keeps all its other mails waiting."""
    row = fresh_workspace()
    with workspace(row):
        held, free = (queue(kind=NOTE, ref="1", to=f"p{number}@example.org").id for number in range(2))
    locked, done = Event(), Event()

    def hold() -> None:
        with workspace(row), transaction.atomic():
            Delivery.objects.select_for_update().get(id=held)
            locked.set()
            done.wait(30)
        connections.close_all()

    def work() -> list[bool]:
        assert locked.wait(30)
        with workspace(row):
            found = [claim(id, sender=Sender(name="", domain="fresh.test")) for id in (held, free)]
        connections.close_all()
        return [delivery is not None for delivery in found]

    with ThreadPoolExecutor(2) as pool:
        holding, working = pool.submit(hold), pool.submit(work)
        try:
            assert working.result(timeout=10) == [False, True]
        finally:
            done.set()
        holding.result()
    with workspace(row):
        assert list(Delivery.objects.filter(kind=NOTE).order_by("to").values_list("state", flat=True)) == [
            "queued",
            "sending",
        ]
