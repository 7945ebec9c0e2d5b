"""The first wall: nothing runs without saying whose data it touches."""

import threading
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from asgiref.sync import async_to_sync
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from core.accounts.models import User
from core.sending.domain.suppress import suppress
from core.sending.models import Suppression
from tenants.asyncio import in_place
from tenants.context import (
    NoContext,
    NotAWorkspace,
    Place,
    current,
    current_or_none,
    current_workspace,
    entered,
    place_of,
    platform,
    workspace,
)
from tenants.db.base import CrossingTransaction
from tenants.models import Workspace
from tenants.sites import primary_host
from tenants.stamps import ReadElsewhere, SavedElsewhere


def test_a_query_without_a_place_raises(db: None) -> None:
    with pytest.raises(NoContext):
        User.objects.count()


def test_a_query_without_a_place_opens_no_connection(committed: None) -> None:
    connection.close()
    with pytest.raises(NoContext):
        User.objects.count()
    assert connection.connection is None


def test_the_platform_is_no_workspace(db: None) -> None:
    with platform(), pytest.raises(NotAWorkspace):
        current_workspace()


def test_a_workspace_without_a_schema_cannot_be_entered(db: None) -> None:
    with pytest.raises(NotAWorkspace), workspace(Workspace(name="Not built")):
        pass


def test_places_nest_and_come_back(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws) as outer:
        with workspace(mallory_ws):
            assert User.objects.get(email="mallory@mallory.test").role == "admin"
        assert current() == outer
        assert User.objects.filter(email="mallory@mallory.test").count() == 0
    assert current_or_none() is None


def test_a_lazy_queryset_runs_where_it_is_evaluated(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        admins = User.objects.filter(role="admin").values_list("email", flat=True)
    with workspace(mallory_ws):
        assert list(admins) == ["mallory@mallory.test"]
    with pytest.raises(NoContext):
        list(User.objects.all())


def test_an_iterator_ends_where_its_place_ends(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        suppress_all("a@x.test", "b@x.test")
        rows = Suppression.objects.order_by("id").iterator(chunk_size=1)
        next(rows)
    with workspace(mallory_ws), pytest.raises(ReadElsewhere, match="Suppression of w_"):
        next(rows)


@pytest.mark.asyncio
async def test_an_async_iterator_ends_there_too(committed: None, fresh: tuple[Place, Place]) -> None:
    ours, theirs = fresh
    await in_place(ours, suppress_all, "a@x.test", "b@x.test")
    with entered(ours):
        rows = Suppression.objects.order_by("id").aiterator(chunk_size=1)
        await anext(rows)
    with entered(theirs), pytest.raises(ReadElsewhere):
        await anext(rows)


@pytest.fixture
def fresh(fresh_workspace: Callable[..., Workspace]) -> tuple[Place, Place]:
    return place_of(fresh_workspace()), place_of(fresh_workspace("rita"))


def suppress_all(*addresses: str) -> None:
    for address in addresses:
        suppress(address, reason=Suppression.Reason.MANUAL)


def test_public_is_not_on_a_workspaces_path(in_alice: Place) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        assert cursor.fetchone() == (in_alice.schema,)
        cursor.execute("SELECT current_user::text, to_regclass('tenants_workspace')::text")
        assert cursor.fetchone() == (in_alice.role, None)


def test_a_rolled_back_savepoint_does_not_move_us(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        list(User.objects.all())
    with workspace(mallory_ws):
        with transaction.atomic():
            assert User.objects.filter(email="mallory@mallory.test").exists()
            transaction.set_rollback(True)
        assert User.objects.filter(email="mallory@mallory.test").exists()


def test_a_failed_statement_leaves_the_next_place_right(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    failing = pytest.raises(DatabaseError, match="division by zero")
    with workspace(alice_ws), failing, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    with workspace(mallory_ws):
        assert User.objects.filter(email="mallory@mallory.test").count() == 1


def test_a_transaction_cannot_span_two_places(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws), transaction.atomic():
        User.objects.count()
        with workspace(mallory_ws), pytest.raises(CrossingTransaction):
            User.objects.count()
        with platform(), pytest.raises(CrossingTransaction):
            Workspace.objects.count()
        assert User.objects.filter(email="alice@alice.test").count() == 1


def test_one_transaction_after_another_is_no_crossing(committed: None, alice_ws: Workspace) -> None:
    with platform(), transaction.atomic():
        Workspace.objects.count()
    with workspace(alice_ws), transaction.atomic():
        assert User.objects.filter(email="alice@alice.test").count() == 1


def test_an_instance_cannot_be_saved_elsewhere(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        alice = User.objects.get(email="alice@alice.test")
    with workspace(mallory_ws):
        for write in (
            alice.save,
            alice.delete,
            alice.refresh_from_db,
            lambda: User.objects.bulk_create([alice]),
            lambda: User.objects.bulk_update([alice], ["name"]),
        ):
            with pytest.raises(SavedElsewhere):
                write()
        assert User.objects.filter(email="alice@alice.test").count() == 0


def test_a_new_instance_belongs_where_it_was_first_saved(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    person = User(email="new@alice.test", role="agent")
    with workspace(alice_ws):
        person.save()
    with workspace(mallory_ws), pytest.raises(SavedElsewhere):
        person.save()


def test_a_librarys_instance_cannot_be_saved_elsewhere(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(alice_ws):
        kind = ContentType.objects.create(app_label="alice", model="only")
    with workspace(mallory_ws), pytest.raises(SavedElsewhere):
        kind.save()


def test_a_librarys_rows_never_share_an_id(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    """A bulk write of one workspace's row finds none in another."""
    with workspace(alice_ws):
        ours = EmailAddress.objects.create(
            user=User.objects.get(email="bob@alice.test"), email="b2@alice.test"
        )
    with workspace(mallory_ws):
        theirs = EmailAddress.objects.create(user=User.objects.get(), email="m2@mallory.test")
        ours.email = "taken@evil.test"
        assert EmailAddress.objects.bulk_update([ours], ["email"]) == 0
    assert min(ours.pk, theirs.pk) > 1_000_000


def test_content_types_are_cached_per_place(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    with workspace(mallory_ws):
        ContentType.objects.filter(app_label="accounts", model="user").update(id=987_654)
        ContentType.objects.clear_cache()
    with workspace(alice_ws):
        ours = ContentType.objects.get_for_model(User).id
    with workspace(mallory_ws):
        assert ContentType.objects.get_for_model(User).id == 987_654
    assert ours != 987_654


def test_a_thread_starts_with_no_place(alice_ws: Workspace) -> None:
    seen: list[Place | None] = []
    with workspace(alice_ws):
        thread = threading.Thread(target=lambda: seen.append(current_or_none()))
        thread.start()
        thread.join()
    assert seen == [None]


def test_the_bridge_carries_the_place_into_the_thread(alice_ws: Workspace, mallory_ws: Workspace) -> None:
    async def both() -> list[Place]:
        return [await in_place(place_of(row), current) for row in (alice_ws, mallory_ws)]

    assert async_to_sync(both)() == [place_of(alice_ws), place_of(mallory_ws)]


def test_shared_facts_can_be_read_inside_a_workspaces_transaction(alice_ws: Workspace) -> None:
    with workspace(alice_ws) as place, transaction.atomic():
        assert primary_host(place) == "alice.test"
        assert User.objects.filter(email="alice@alice.test").count() == 1
        assert primary_host(place) == "alice.test"
