"""What an archive may not bring along, however sound its hashes are: forged people, roles and histories."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.accounts.domain import restored as accounts
from core.accounts.models import TeamRole, User
from core.timeline.domain import restored as timeline
from core.timeline.models import AuditEntry
from tenants import audit
from tenants.archive.manifest import BadArchive
from tenants.context import Place
from tenants.ids import uuid7


def test_nobody_has_a_support_persons_address(in_alice: Place) -> None:
    accounts.take_over()
    User.objects.filter(email="bob@alice.test").update(email="x@support.invalid")
    with pytest.raises(BadArchive, match="an address that is kept for support people"):
        accounts.take_over()


@pytest.mark.parametrize("actions", [{"manage_team": 1}, "use_inbox", [1], 7])
def test_a_role_lists_words(in_alice: Place, actions: Any) -> None:
    TeamRole.objects.create(name="Good", actions=["use_inbox"])
    accounts.take_over()
    TeamRole.objects.create(name="Bad", actions=actions)
    with pytest.raises(BadArchive, match="does not list what it may do"):
        accounts.take_over()


@pytest.fixture
def logged(in_alice: Place) -> Callable[..., None]:
    """Adds lines with columns of one's own choice, as COPY would."""
    for number in range(3):
        audit.record("form.make", label=f"Form {number}")

    def forge(**columns: Any) -> None:
        last = AuditEntry.objects.order_by("seq").last()
        assert last is not None
        values = {field.attname: getattr(last, field.attname) for field in AuditEntry._meta.fields}
        values |= {"id": uuid7(), "seq": last.seq + 1, **columns}
        AuditEntry.objects.bulk_create([AuditEntry(**values)])

    return forge


def test_a_sound_log_says_that_it_was_brought(logged: Callable[..., None]) -> None:
    before = AuditEntry.objects.count()
    timeline.take_over()
    line = AuditEntry.objects.order_by("seq").last()
    assert line is not None
    assert (line.action, line.detail, line.seq) == ("workspace.brought", {"lines": before}, before + 1)


@pytest.mark.parametrize("columns", [{}, {"seq": 2**62}, {"prev_hash": "0" * 64}])
def test_a_log_that_does_not_hold_together_is_refused(
    logged: Callable[..., None], columns: dict[str, Any]
) -> None:
    logged(**columns)
    with pytest.raises(BadArchive, match="does not hold together: line"):
        timeline.take_over()
    assert not connection.needs_rollback
