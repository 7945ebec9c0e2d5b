"""What nobody holds goes after a day, bytes first, and what anybody holds never goes."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from core.files import storage
from core.files.domain import hold as holding
from core.files.domain.hold import FileGone, discard, hold, let_go, register_holder
from core.files.domain.keep import keep_file
from core.files.domain.sweep import sweep
from core.files.models import StoredFile
from tenants import due
from tenants.context import Place
from tests.core.files.uploads import PDF, picture

pytestmark = pytest.mark.usefixtures("in_alice")


def aged(row: StoredFile, *, hours: int = 25) -> StoredFile:
    StoredFile.objects.filter(id=row.id).update(state_since=timezone.now() - timedelta(hours=hours))
    return row


def state(row: StoredFile) -> str | None:
    found: str | None = StoredFile.objects.filter(id=row.id).values_list("state", flat=True).first()
    return found


@pytest.fixture
def held() -> Iterator[set[UUID]]:
    """What an app of the test's own points to."""
    ids: set[UUID] = set()
    register_holder("test", lambda asked: ids & set(asked))
    yield ids
    del holding._holders["test"]


def test_it_works() -> None:
    old, new = aged(keep_file(picture(), name="old.png")), aged(keep_file(PDF, name="new.pdf"), hours=23)
    sweep()
    assert (state(old), state(new)) == (None, "loose")
    assert [storage.exists(key) for key in (old.key, old.thumbnail, new.key)] == [False, False, True]


def test_what_is_held_stays() -> None:
    row = keep_file(PDF, name="a.pdf")
    hold([row.id])
    aged(row)
    sweep()
    assert (state(row), storage.exists(row.key)) == ("held", True)


def test_what_is_let_go_of_goes_a_day_later() -> None:
    row = keep_file(PDF, name="a.pdf")
    hold([row.id])
    aged(row)
    let_go([row.id])
    sweep()
    assert state(row) == "loose"
    aged(row)
    sweep()
    assert state(row) is None


def test_what_turns_out_to_be_held_is_held_again(held: set[UUID]) -> None:
    row = aged(keep_file(PDF, name="a.pdf"))
    held.add(row.id)
    sweep()
    assert (state(row), storage.exists(row.key)) == ("held", True)


def test_what_is_taken_back_goes_at_once_but_not_what_is_held() -> None:
    back, kept = keep_file(PDF, name="a.pdf"), keep_file(PDF, name="b.pdf")
    hold([kept.id])
    discard([back.id, kept.id])
    sweep()
    assert (state(back), state(kept)) == (None, "held")


def test_what_is_going_cannot_be_held_any_more() -> None:
    row = keep_file(PDF, name="a.pdf")
    discard([row.id])
    with pytest.raises(FileGone):
        hold([row.id])


def test_a_crash_between_bytes_and_row_is_made_up_for(monkeypatch: pytest.MonkeyPatch) -> None:
    row = aged(keep_file(PDF, name="a.pdf"))
    real = StoredFile.delete

    def killed(self: StoredFile) -> tuple[int, dict[str, int]]:
        raise KeyboardInterrupt

    monkeypatch.setattr(StoredFile, "delete", killed)
    with pytest.raises(KeyboardInterrupt):
        sweep()
    assert (state(row), storage.exists(row.key)) == ("going", False)
    monkeypatch.setattr(StoredFile, "delete", real)
    sweep()
    assert state(row) is None


def test_a_storage_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = aged(keep_file(PDF, name="a.pdf"))
    with monkeypatch.context() as broken:
        broken.setattr(storage, "delete", lambda key: (_ for _ in ()).throw(ConnectionError()))
        sweep()
    assert state(row) == "going"
    sweep()
    assert state(row) is None


def test_it_is_swept_with_the_workspace(in_alice: Place) -> None:
    assert due._sweepers["core.files"] is sweep
