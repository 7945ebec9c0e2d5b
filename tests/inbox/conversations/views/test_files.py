"""Attaching by the composer: what comes is looked at before it is read, and stands on one's own draft."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from core.accounts.models import User
from core.files.models import StoredFile
from core.ui.bodies import LARGEST, MAX_BODY
from inbox.attachments.domain.attach import Attached, attach
from inbox.attachments.domain.drafts import add_file
from inbox.attachments.enums import DraftKind
from inbox.attachments.models import DraftFile
from inbox.conversations.domain.capture import Captured
from inbox.conversations.models import Message
from inbox.conversations.views import files
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.uploads import EXE, PDF, picture
from tests.core.ui.test_bodies import Untouchable
from tests.inbox.makers import a_lead, part, url


def lead_in(row: Workspace) -> Captured:
    with workspace(row):
        return a_lead()


def upload(
    client: Client, lead: Captured, data: bytes = PDF, *, name: str = "offer.pdf", **extra: Any
) -> Any:
    return client.post(
        url("inbox:add_file", lead.conversation.id),
        data,
        content_type="application/octet-stream",
        headers={"X-File-Name": quote(name)},
        **extra,
    )


def test_it_works(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    lead = lead_in(alice_ws)
    answer = upload(bobs, lead, name="Größe & <b>.pdf")
    assert answer.status_code == 200
    with workspace(alice_ws):
        row = DraftFile.objects.select_related("file").get(user=bob, conversation=lead.conversation)
        assert (row.file.name, row.file.uploader_id) == ("Größe & _b_.pdf", bob.id)
    html = answer.content.decode()
    assert f'name="attached" value="{row.file_id}"' in html
    assert "Größe &amp; _b_.pdf" in html
    page = bobs.get(url("inbox:thread", lead.conversation.id)).content.decode()
    assert f'data-draft-file="{row.file_id}"' in page
    sent = bobs.post(
        url("inbox:reply", lead.conversation.id),
        {"text": "", "attached": [str(row.file_id)]},
        **part("messages"),
    )
    assert (sent.status_code, "Größe &amp; _b_.pdf" in sent.content.decode()) == (200, True)


def test_a_draft_is_its_writers_alone(
    alice_ws: Workspace, bobs: Client, alice: User, client_for: Any
) -> None:
    lead = lead_in(alice_ws)
    upload(bobs, lead)
    assert b"data-draft-file" not in client_for(alice).get(url("inbox:thread", lead.conversation.id)).content


def test_it_can_be_removed_by_who_put_it_there(
    alice_ws: Workspace, alice: User, bobs: Client, client_for: Callable[[User], Client]
) -> None:
    lead = lead_in(alice_ws)
    upload(bobs, lead)
    with workspace(alice_ws):
        file_id = DraftFile.objects.get().file_id
    address = url("inbox:remove_file", lead.conversation.id, file_id)
    assert client_for(alice).post(address).status_code == 404
    assert [bobs.post(address).status_code for _ in range(2)] == [204, 404]


def test_it_checks_permission(alice_ws: Workspace, visitor: Callable[[str], Client]) -> None:
    lead = lead_in(alice_ws)
    untouched: dict[str, Any] = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": "9000000"}
    answer = upload(visitor(world.ALICE_HOST), lead, b"", **untouched)
    assert answer.status_code == 302
    csrf = Client(HTTP_HOST=world.ALICE_HOST, enforce_csrf_checks=True)
    assert upload(csrf, lead, b"", **untouched).status_code == 403


def test_other_workspace_gets_404(alice_ws: Workspace, bobs: Client, mallorys: Client) -> None:
    lead = lead_in(alice_ws)
    upload(bobs, lead)
    with workspace(alice_ws):
        file_id = DraftFile.objects.get().file_id
    assert upload(mallorys, lead).status_code == 404
    assert mallorys.post(url("inbox:remove_file", lead.conversation.id, file_id)).status_code == 404
    with workspace(alice_ws):
        assert DraftFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.pdf", b"", "“a.pdf” is empty, so there is nothing to attach."),
        ("a.exe", PDF, "“a.exe” is a program or a script, and those cannot be attached."),
        ("a.jpg", EXE, "“a.jpg” is a program or a script, and those cannot be attached."),
        ("../\r\n", b"", "“file” is empty, so there is nothing to attach."),
    ],
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bobs: Client, name: str, data: bytes, said: str
) -> None:
    answer = upload(bobs, lead_in(alice_ws), data, name=name)
    assert (answer.status_code, answer.content.decode()) == (422, said)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    with workspace(alice_ws):
        assert not StoredFile.objects.exists()


def test_what_is_too_large_is_not_read(alice_ws: Workspace, bobs: Client, settings: Any) -> None:
    lead = lead_in(alice_ws)
    untouched: dict[str, Any] = {"wsgi.input": Untouchable()}
    settings.FILE_MAX_BYTES = 1_000_000
    answer = upload(bobs, lead, b"", CONTENT_LENGTH="1000001", **untouched)
    assert (answer.status_code, "at most 1.0 MB" in answer.content.decode()) == (422, True)
    answer = upload(bobs, lead, b"", CONTENT_LENGTH=str(LARGEST + 1), **untouched)
    assert answer.status_code == 413


def test_as_a_form_it_is_bounded_like_any_form(alice_ws: Workspace, bobs: Client) -> None:
    """A form is read whole to find its token, before anybody is asked."""
    address = url("inbox:add_file", lead_in(alice_ws).conversation.id)
    form: dict[str, Any] = {
        "CONTENT_LENGTH": str(MAX_BODY + 1),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": Untouchable(),
    }
    answer = bobs.post(address, **form)
    assert answer.status_code == 413


def test_what_was_cut_off_is_not_kept(alice_ws: Workspace, bobs: Client) -> None:
    short: dict[str, Any] = {"wsgi.input": io.BytesIO(PDF), "CONTENT_LENGTH": str(len(PDF) + 5)}
    answer = upload(bobs, lead_in(alice_ws), b"", **short)
    assert (answer.status_code, answer.content.decode()) == (
        422,
        "The file did not come whole. Attach it again.",
    )


@pytest.mark.parametrize(
    ("attached", "said"),
    [
        ("nonsense", "These files are not known here. Attach them again."),
        ("0199aaaa-0000-7000-8000-000000000000", "A file is no longer here"),
    ],
)
def test_an_unknown_file_loses_no_word(alice_ws: Workspace, bobs: Client, attached: str, said: str) -> None:
    lead = lead_in(alice_ws)
    answer = bobs.post(
        url("inbox:reply", lead.conversation.id),
        {"text": "My words", "attached": attached},
        **part("messages"),
    )
    html = answer.content.decode()
    assert (answer.status_code, said in html, ">My words</textarea>" in html) == (422, True, True)


@pytest.mark.parametrize("items", [1, 3])
def test_a_thread_with_files_has_a_constant_number_of_queries(
    alice_ws: Workspace, bob: User, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        lead = a_lead()
        for number in range(items):
            message = a_lead(text=f"See {number}", conversation_id=lead.conversation.id).message
            with_files(message, bob=bob)
            add_file(lead.conversation.id, user=bob, name=f"{number}.pdf", data=PDF, kind=DraftKind.REPLY)
    address = url("inbox:thread", lead.conversation.id)
    bobs.get(address)
    # session, user, conversation, labels, whether mail arrives, messages, files, the drafts,
    # their files, readers, how a form lays out; others, consents, files
    with django_assert_num_queries(14):
        html = bobs.get(address, **part("reading")).content.decode()
    found = [html.count(word) for word in ("file-picture", 'class="file-chip"', "data-draft-file=")]
    assert found == [items, items, items]
    assert html.count('class="panel-row"') == 2 * items


def with_files(message: Message, *, bob: User) -> None:
    from core.files.domain.keep import keep_file

    kept = [keep_file(picture(size=(960, 480)), name="a.png"), keep_file(PDF, name="b.pdf")]
    attach(message, files=[Attached(file) for file in kept])


def test_a_picture_has_its_measures_so_that_nothing_jumps(
    alice_ws: Workspace, bob: User, bobs: Client
) -> None:
    with workspace(alice_ws):
        lead = a_lead()
        with_files(lead.message, bob=bob)
    html = bobs.get(url("inbox:thread", lead.conversation.id)).content.decode()
    assert 'width="240" height="120" alt="a.png"' in html
    assert files.add.max_body == LARGEST  # type: ignore[attr-defined]  # set by takes_body
