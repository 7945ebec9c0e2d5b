"""How a workspace's mail of 30 days went, as the consoles count it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.sending.models import Delivery, Suppression
from core.sending.queries import MONTH, month_of_mail
from tenants.context import Place, workspace
from tenants.ids import first_id_at, uuid7
from tenants.models import Workspace


def a_delivery(state: str, *, made: datetime | None = None, **columns: Any) -> None:
    made = made or timezone.now()
    ref = uuid7().hex
    id = UUID(int=first_id_at(made).int | (uuid7().int & (2**80 - 1)))
    settled = None if state == "queued" else made
    Delivery.objects.create(
        id=id, kind="reply", ref=ref, to="x@x.test", to_key=ref, state=state, settled_at=settled, **columns
    )


def test_it_works(in_alice: Place, mallory_ws: Workspace) -> None:
    old = timezone.now() - MONTH - timedelta(minutes=1)
    for state, code, number in (
        ("sent", "", 4),
        ("failed", "refused", 2),
        ("failed", "bounced", 1),
        ("failed", "fault", 1),
        ("skipped", "suppressed_bounce", 3),
        ("unknown", "interrupted", 1),
        ("queued", "", 5),
    ):
        for _ in range(number):
            a_delivery(state, code=code)
    a_delivery("sent", made=old)
    a_delivery("failed", made=old, code="refused")
    for number, reason in enumerate(("bounce", "bounce", "complaint", "unsubscribed")):
        Suppression.objects.create(address_key=f"k{number}", scope="all", reason=reason)
    with workspace(mallory_ws):
        a_delivery("sent")
    assert month_of_mail() == {"sent": 4, "bounced": 3, "failed": 1, "complained": 1, "waiting": 5}


def test_nothing_yet(in_alice: Place) -> None:
    assert month_of_mail() == {"sent": 0, "bounced": 0, "failed": 0, "complained": 0, "waiting": 0}


def test_three_questions_by_index(in_alice: Place) -> None:
    """Rows of the last month are found by their ids: what is older is never read."""
    with CaptureQueriesContext(connection) as asked:
        month_of_mail()
    assert len(asked) == 3
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan
            assert "Index Cond" in plan or "delivery_due" in plan


def test_an_id_says_when_it_was_made() -> None:
    now = timezone.now()
    assert first_id_at(now - timedelta(milliseconds=1)) < uuid7() < first_id_at(now + timedelta(minutes=1))
