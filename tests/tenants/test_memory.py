"""What a process remembers of the platform ends with a change: here at once, elsewhere after the commit."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from branding.domain.brands import save_brand
from branding.models import Brand
from tenants import memory
from tenants.context import platform
from tenants.memory import Remembered
from tenants.models import ChangeTick, Domain, Reseller, Workspace
from tenants.sites import resolve
from tenants.states import reactivate, suspend

BY = Workspace.Side.PLATFORM


def number() -> int:
    with platform():
        return ChangeTick.objects.filter(id=1).values_list("number", flat=True).first() or 0


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Another process: a clock of its own and what it remembers of one key; how often it had to read."""
    asked: list[str] = []

    def load(key: str) -> str:
        asked.append(key)
        return key

    there, remembered = memory._Clock(), Remembered(load)
    monkeypatch.setattr(memory, "SECONDS", -1.0)  # it asks for the number each time

    def ask() -> list[str]:
        with monkeypatch.context() as other:
            other.setattr(memory, "_clock", there)
            remembered.get("fact")
        return asked

    return ask


def another_domain(row: Workspace) -> Domain:
    host = f"x-{row.id}.test"
    return Domain(host=host, kind="workspace", reseller=row.reseller, workspace=row, is_primary=False)


def test_what_does_not_change_is_read_once(committed: None, elsewhere: Callable[[], list[str]]) -> None:
    assert [len(elsewhere()) for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    "change",
    [
        partial(suspend, by=BY),
        lambda row: Workspace.objects.filter(id=row.id).update(name="Fresh"),
        lambda row: Workspace.objects.get(id=row.id).save(),
        lambda row: Workspace.objects.get(id=row.id).save(update_fields=["name"]),
        lambda row: Reseller.objects.filter(id=row.reseller_id).update(state="active"),
        lambda row: Domain.objects.filter(workspace=row).update(is_primary=True),
        lambda row: Domain.objects.get(workspace=row).delete(),
        lambda row: Domain.objects.filter(workspace=row).delete(),
        lambda row: Domain.objects.bulk_create([another_domain(row)]),
        lambda row: save_brand(Brand(reseller=row.reseller, workspace=row)),
    ],
)  # fmt: skip
def test_each_change_is_seen_elsewhere(
    fresh_workspace: Callable[..., Workspace],
    elsewhere: Callable[[], list[str]],
    change: Callable[[Workspace], object],
) -> None:
    row = fresh_workspace()
    assert len(elsewhere()) == 1
    before = number()
    with platform(), transaction.atomic():
        change(row)
        assert number() == before  # nobody can see it yet
    assert number() == before + 1
    assert [len(elsewhere()), len(elsewhere())] == [2, 2]


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Workspace.objects.filter(id=row.id).update(migrated_to=row.migrated_to),
        lambda row: Workspace.objects.get(id=row.id).save(update_fields=["owner_email"]),
        lambda row: Domain.objects.filter(workspace=row).first(),
    ],
)
def test_what_nobody_remembers_changes_nothing(
    fresh_workspace: Callable[..., Workspace], change: Callable[[Workspace], object]
) -> None:
    row, before = fresh_workspace(), number()
    with platform():
        change(row)
    assert number() == before


def test_a_change_that_is_rolled_back_is_not_told(fresh_workspace: Callable[..., Workspace]) -> None:
    row, before = fresh_workspace(), number()
    with platform(), transaction.atomic():
        suspend(row, by=BY)
        transaction.set_rollback(True)
    assert number() == before


def test_one_that_outlives_a_rolled_back_part_is_told(fresh_workspace: Callable[..., Workspace]) -> None:
    row, before = fresh_workspace(), number()
    with platform(), transaction.atomic():
        with transaction.atomic():
            suspend(row, by=BY)
            transaction.set_rollback(True)
        suspend(row, by=BY)
        suspend(row, by=BY)
    assert number() == before + 1


def test_here_it_shows_at_once(db: None, alice_ws: Workspace) -> None:
    states = []
    for act in (suspend, reactivate):
        with platform():
            act(alice_ws, by=BY)
        site = resolve("alice.test")
        assert site is not None
        states.append(site.state)
    assert states == ["suspended", "active"]


def test_the_number_is_asked_for_once_a_second(db: None) -> None:
    with connection.execute_wrapper(_refuse_after(1)):
        for _ in range(5):
            memory._clock.now()


def _refuse_after(count: int) -> Callable[..., object]:
    asked: list[str] = []

    def wrapper(execute: Callable[..., object], sql: str, *args: object) -> object:
        asked.append(sql)
        assert len(asked) <= count
        return execute(sql, *args)

    return wrapper


def test_a_fact_does_not_outlive_its_longest_time(
    committed: None, elsewhere: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change made by hand in the database tells nobody."""
    monkeypatch.setattr(memory, "LONGEST", 0.0)
    assert [len(elsewhere()), len(elsewhere())] == [1, 2]


def test_a_change_that_cannot_be_told_is_still_made(
    fresh_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = fresh_workspace()
    monkeypatch.setattr(memory, "BUMP", "INSERT INTO nowhere VALUES (1)")
    with platform():
        suspend(row, by=BY)
        assert Workspace.objects.get(id=row.id).state == "suspended"


def test_memory_is_bounded(db: None) -> None:
    remembered: Remembered[int, int] = Remembered(lambda key: key, size=10)
    for key in range(25):
        remembered.get(key)
    assert sorted(remembered._rows) == list(range(15, 25))


def test_a_reading_that_fails_is_not_remembered(db: None) -> None:
    def broken(key: str) -> str:
        raise DatabaseError

    remembered = Remembered(broken)
    for _ in range(2):
        with pytest.raises(DatabaseError):
            remembered.get("fact")
