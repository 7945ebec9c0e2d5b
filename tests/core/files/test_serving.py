"""Files are served by signed addresses to members who may see them, and nothing of them can run."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from core.accounts.models import TeamRole, User
from core.accounts.rules import Action
from core.files import storage
from core.files.domain.hold import discard
from core.files.domain.keep import keep_file
from core.files.links import STEP, thumbnail_url_of, url_of
from core.files.models import StoredFile
from tenants import signing
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.uploads import PDF, photo, picture

RIGHT = Action.USE_INBOX


def kept(row: Workspace, data: bytes = PDF, *, name: str = "offer.pdf") -> tuple[StoredFile, str]:
    with workspace(row):
        file = keep_file(data, name=name)
        return file, url_of(file, right=RIGHT)


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


@dataclass(frozen=True)
class Answer:
    """A file as it came, read to its end and closed."""

    status: int
    headers: Any
    body: bytes


def ask(client: Client, address: str, **headers: str) -> Answer:
    answer: Any = client.get(address, headers=headers)
    try:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    finally:
        for close in answer._resource_closers:  # `close()` would end the test's own transaction
            close()
    return Answer(answer.status_code, answer.headers, body)


def test_it_works(alice_ws: Workspace, bobs: Client) -> None:
    _, address = kept(alice_ws)
    answer = ask(bobs, address)
    assert (answer.status, answer.body) == (200, PDF)
    assert {
        name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "Content-Length")
    } == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="offer.pdf"',
        "Content-Length": str(len(PDF)),
    }
    check_harmless(answer, kept="no-store")
    again = ask(bobs, address, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")
    check_harmless(again, kept="no-store")


def check_harmless(answer: Answer, *, kept: str) -> None:
    """`kept` is what a browser may do with a copy."""
    names = ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control")
    headers = {name: answer.headers[name] for name in names}
    assert headers == {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "Cache-Control": f"private, {kept}",
    }


def test_a_picture_is_looked_at_and_has_a_small_one(alice_ws: Workspace, bobs: Client) -> None:
    file, address = kept(alice_ws, photo(), name='Büro "1".jpg')
    with workspace(alice_ws):
        small = thumbnail_url_of(file, right=RIGHT)
    whole, little = ask(bobs, address), ask(bobs, small)
    assert (whole.headers["Content-Type"], little.headers["Content-Type"]) == ("image/jpeg", "image/webp")
    assert unquote(whole.headers["Content-Disposition"]) == "inline; filename*=utf-8''Büro _1_.jpg"
    check_harmless(whole, kept="no-cache")
    assert len(little.body) == file.thumbnail_size


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("photo.png", b"<script>alert(1)</script>"),
        ("photo.jpg.html", picture("JPEG") + b"<script>alert(1)</script>"),
        ("doc.pdf", b"<html><script>alert(1)</script>"),
        ("x.xml", b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'/>"),
    ],
)
def test_what_could_run_is_a_download_of_no_type(
    alice_ws: Workspace, bobs: Client, name: str, data: bytes
) -> None:
    answer = ask(bobs, kept(alice_ws, data, name=name)[1])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    check_harmless(answer, kept="no-store")


def test_it_checks_permission(
    alice_ws: Workspace, bob: User, bobs: Client, visitor: Callable[[str], Client]
) -> None:
    _, address = kept(alice_ws)
    assert ask(visitor(world.ALICE_HOST), address).status == 302
    with workspace(alice_ws):
        role = TeamRole.objects.create(name="Forms only", actions=[Action.MANAGE_FORMS])
        User.objects.filter(id=bob.id).update(team_role=role)
    assert ask(bobs, address).status == 404


def test_other_workspace_gets_404(
    alice_ws: Workspace, mallory_ws: Workspace, mallory: User, client_for: Callable[[User], Client]
) -> None:
    """Also where they have a file of the very same id, so that only the address's place can refuse."""
    file, address = kept(alice_ws)
    with workspace(mallory_ws):
        twin = keep_file(PDF, name="theirs.pdf")
        StoredFile.objects.filter(id=twin.id).update(id=file.id)
    assert ask(client_for(mallory), address).status == 404


def test_a_copied_key_opens_nothing_elsewhere(
    alice_ws: Workspace, mallory_ws: Workspace, mallory: User, client_for: Callable[[User], Client]
) -> None:
    file, _ = kept(alice_ws)
    with workspace(mallory_ws):
        theirs = keep_file(b"%PDF-theirs", name="theirs.pdf")
        StoredFile.objects.filter(id=theirs.id).update(key=file.key)
        address = url_of(theirs, right=RIGHT)
    assert ask(client_for(mallory), address).status == 404


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2], lambda t: t[:-1] + "_", lambda t: "x", lambda t: t.upper()]
)
def test_an_edited_address_is_a_404(alice_ws: Workspace, bobs: Client, spoil: Callable[[str], str]) -> None:
    token = kept(alice_ws)[1].strip("/").rpartition("/")[2]
    assert ask(bobs, f"/files/{spoil(token)}/").status == 404


def test_an_address_is_the_same_for_a_day_and_over_after_two(
    alice_ws: Workspace, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, address = kept(alice_ws)
    now = time.time()
    begins = now - now % STEP
    monkeypatch.setattr(time, "time", lambda: begins + STEP - 1)
    with workspace(alice_ws):
        assert url_of(file, right=RIGHT) == address
    assert ask(bobs, address).status == 200
    monkeypatch.setattr(time, "time", lambda: begins + 2 * STEP - 1)
    with workspace(alice_ws):
        assert url_of(file, right=RIGHT) != address
        signing.loads_until(address.strip("/").rpartition("/")[2], salt="core.files")
        monkeypatch.setattr(time, "time", lambda: begins + 2 * STEP)
        with pytest.raises(signing.BadSignature):
            signing.loads_until(address.strip("/").rpartition("/")[2], salt="core.files")
    monkeypatch.undo()


def test_what_is_going_or_lost_is_a_404(alice_ws: Workspace, bobs: Client) -> None:
    (going, first), (lost, second) = kept(alice_ws), kept(alice_ws)
    with workspace(alice_ws):
        discard([going.id])
        storage.delete(lost.key)
    assert [ask(bobs, address).status for address in (first, second)] == [404, 404]
