"""Files that a browser sends several times at once: kept once, and in one message."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from django.db import connections

from core.files.domain.keep import NotKept
from core.files.models import StoredFile
from inbox.attachments.models import Attachment
from inbox.conversations.models import Message
from inbox.transports.chat import allowance
from inbox.transports.chat.domain.uploads import FilesGone, send_ahead
from inbox.transports.chat.domain.visits import Said, come, write
from inbox.transports.chat.models import Visitor, VisitorFile
from tenants.context import workspace
from tenants.models import Workspace
from tests.core.files.uploads import PDF

T = TypeVar("T")
MANY = 6


@pytest.fixture
def row(fresh_workspace: Callable[..., Workspace]) -> Workspace:
    return fresh_workspace()


def at_once(row: Workspace, *acts: Callable[[], T]) -> list[T]:
    """What each act answers, all at the same time and each on a connection of its own."""

    def run(act: Callable[[], T]) -> T:
        try:
            with workspace(row):
                return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def arrived(row: Workspace) -> Visitor:
    with workspace(row):
        return come()[0]


def fresh(visitor: Visitor) -> Visitor:
    """As another request reads it."""
    return Visitor.objects.get(id=visitor.id)


def test_one_upload_is_one_file(row: Workspace) -> None:
    visitor, key = arrived(row), uuid4()

    def upload() -> UUID:
        return send_ahead(fresh(visitor), key=key, name="plan.pdf", data=PDF).id

    assert len(set(at_once(row, *[upload] * MANY))) == 1
    with workspace(row):
        assert VisitorFile.objects.filter(visitor=visitor).count() == 1
        assert StoredFile.objects.filter(state=StoredFile.State.LOOSE).count() == 1


def test_no_more_wait_than_may(row: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inbox.transports.chat.domain.uploads.WAITING", 2)
    visitor = arrived(row)

    def upload() -> bool:
        try:
            send_ahead(fresh(visitor), key=uuid4(), name="plan.pdf", data=PDF)
        except NotKept:
            return False
        return True

    assert sorted(at_once(row, *[upload] * MANY)) == [False] * (MANY - 2) + [True] * 2
    assert allowance.WAITING > 2


@pytest.mark.parametrize("is_first", [True, False])
def test_one_message_has_its_file_once(row: Workspace, is_first: bool) -> None:
    visitor, key = arrived(row), uuid4()
    with workspace(row):
        if not is_first:
            write(visitor, Said(key=uuid4(), text="Hello"))
        file = send_ahead(visitor, key=uuid4(), name="plan.pdf", data=PDF)

    def send() -> UUID:
        return write(fresh(visitor), Said(key=key, text="Here", attached=[file.id])).id

    ids = at_once(row, *[send] * MANY)
    with workspace(row):
        assert set(ids) == set(Message.objects.filter(client_key=key).values_list("id", flat=True))
        assert Attachment.objects.filter(file=file).count() == len(set(ids)) == 1


def test_one_file_is_in_one_message(row: Workspace) -> None:
    visitor = arrived(row)
    with workspace(row):
        write(visitor, Said(key=uuid4(), text="Hello"))
        file = send_ahead(visitor, key=uuid4(), name="plan.pdf", data=PDF)

    def send() -> bool:
        try:
            write(fresh(visitor), Said(key=uuid4(), text="Here", attached=[file.id]))
        except FilesGone:
            return False
        return True

    assert sorted(at_once(row, *[send] * MANY)) == [False] * (MANY - 1) + [True]
    with workspace(row):
        assert Attachment.objects.filter(file=file).count() == 1
        assert Message.objects.filter(body_text="Here").count() == 1
