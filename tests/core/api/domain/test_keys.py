"""core/api/domain/keys.py: only the whole text of a living key opens anything."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from core.api.domain.keys import key_of, make_key, note_use, revoke_key
from core.api.enums import Scope
from core.api.models import ApiKey
from core.api.queries import keys
from tenants.context import Place, workspace
from tenants.models import Workspace


def test_it_works(in_alice: Place, alice: User) -> None:
    row, text = make_key(name="Shop", scopes=[Scope.LEADS_WRITE], created_by=alice)
    assert key_of(text) == row
    assert (row.may(Scope.LEADS_WRITE), row.may("leads:read")) == (True, False)


def test_the_secret_is_not_kept(in_alice: Place, alice: User) -> None:
    _, text = make_key(name="Shop", scopes=[], created_by=alice)
    secret = text.rpartition("_")[2]
    assert [secret in str(value) for value in ApiKey.objects.values_list()] == [False]


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda text: text[:-1], lambda text: f" {text}", lambda text: f"{text}_"]
)
def test_anything_else_is_no_key(in_alice: Place, alice: User, change: object) -> None:
    assert callable(change)
    _, text = make_key(name="Shop", scopes=[], created_by=alice)
    assert key_of(change(text)) is None


def test_it_opens_its_own_workspace_only(alice_ws: Workspace, mallory_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        _, text = make_key(name="Shop", scopes=[], created_by=alice)
    with workspace(mallory_ws):
        assert key_of(text) is None


def test_revoked_is_over_and_keeps_its_first_time(in_alice: Place, alice: User) -> None:
    row, text = make_key(name="Shop", scopes=[], created_by=alice)
    revoke_key(row)
    first = ApiKey.objects.get().revoked_at
    revoke_key(row)
    assert (key_of(text), ApiKey.objects.get().revoked_at) == (None, first)


def test_a_prefix_is_one_keys_own(in_alice: Place, alice: User) -> None:
    row, _ = make_key(name="Shop", scopes=[], created_by=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKey.objects.create(name="Copy", prefix=row.prefix, secret_hash="x")


def test_use_is_noted_every_few_minutes(in_alice: Place, alice: User) -> None:
    row, text = make_key(name="Shop", scopes=[], created_by=alice)
    note_use(row)
    long_ago = timezone.now() - timedelta(minutes=6)
    ApiKey.objects.update(last_used_at=long_ago)
    again = key_of(text)
    assert again
    note_use(again)
    used = ApiKey.objects.get().last_used_at
    assert used
    assert timezone.now() - used < timedelta(minutes=1)


def test_living_keys_come_first(in_alice: Place, alice: User) -> None:
    rows = [make_key(name=name, scopes=[], created_by=alice)[0] for name in ("old", "gone", "new")]
    revoke_key(rows[1])
    assert [key.name for key in keys()] == ["new", "old", "gone"]


def test_it_rests_while_its_maker_has_no_access(in_alice: Place, alice: User) -> None:
    row, text = make_key(name="Shop", scopes=[], created_by=alice)
    User.objects.filter(id=alice.id).update(is_active=False)
    assert (key_of(text), keys().get().rests) == (None, True)
    User.objects.filter(id=alice.id).update(is_active=True)
    assert (key_of(text), keys().get().rests) == (row, False)


def test_it_outlives_a_maker_who_is_gone(in_alice: Place) -> None:
    row, text = make_key(name="Shop", scopes=[], created_by=None)
    assert (key_of(text), keys().get().rests) == (row, False)
