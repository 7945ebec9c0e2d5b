"""Rows that stand until they are deleted: who deletes one marks it, and its row goes later."""

from django.utils import timezone

from core.accounts.models import Team
from tenants.context import Place


def test_what_is_deleted_is_found_by_everyone_alone(in_alice: Place) -> None:
    row = Team.objects.create(name="Sales")
    Team.objects.filter(id=row.id).update(deleted_at=timezone.now())
    assert (list(Team.objects.all()), [one.stands for one in Team.everyone.all()]) == ([], [False])


def test_its_name_is_free(in_alice: Place) -> None:
    Team.objects.create(name="Sales", deleted_at=timezone.now())
    assert Team.objects.create(name="Sales").stands
