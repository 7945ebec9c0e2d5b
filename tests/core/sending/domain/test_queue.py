"""Putting mail on the ledger: once per message and person, and only with the caller's transaction."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from core.sending.domain.queue import queue
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tenants.stamps import SavedElsewhere
from tests.core.sending.conftest import NOTE

notes = partial(Delivery.objects.filter, kind=NOTE)
pytestmark = pytest.mark.usefixtures("in_alice")


def test_it_works() -> None:
    row = queue(kind=NOTE, ref="1", to="Zoe@Example.org")
    assert (row.to, row.state, row.attempts, row.message_id) == ("Zoe@example.org", "queued", 0, "")


def test_the_same_mail_to_the_same_person_is_one_row() -> None:
    first = queue(kind=NOTE, ref="1", to="zoe@example.org")
    again = queue(kind=NOTE, ref="1", to=" ZOE@EXAMPLE.ORG")
    other = queue(kind=NOTE, ref="2", to="zoe@example.org")
    assert (again.id, other.id == first.id, notes().count()) == (first.id, False, 2)


def test_the_database_says_no_to_a_second_row() -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(kind=NOTE, ref="1", to="zoe@example.org", to_key=row.to_key)


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@x.test, b@x.test", "a@x.test\r\nBcc: b@x.test", "a\0@x.test"]
)
def test_text_that_is_no_address_gets_a_row_that_is_skipped(to: str) -> None:
    row = queue(kind=NOTE, ref="1", to=to, payload={"code": "123456"})
    assert (row.state, row.code, row.payload) == ("skipped", "not_an_address", {})
    assert row.settled_at is not None
    assert queue(kind=NOTE, ref="1", to=to).id == row.id


def test_it_is_undone_with_the_callers_transaction() -> None:
    with transaction.atomic():
        queue(kind=NOTE, ref="1", to="zoe@example.org")
        transaction.set_rollback(True)
    assert notes().count() == 0


def test_other_workspace_has_no_such_row(mallory_ws: Workspace) -> None:
    row = queue(kind=NOTE, ref="1", to="zoe@example.org")
    with workspace(mallory_ws):
        assert notes().count() == 0
        with pytest.raises(SavedElsewhere):
            row.save(update_fields=["state"])
