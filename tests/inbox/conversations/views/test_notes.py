"""A teammate writes a private note, and what the composer shows of it."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from core.sending.models import Delivery
from inbox.attachments.models import DraftFile
from inbox.conversations.domain.capture import Captured
from inbox.conversations.models import Message
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.core.files.uploads import PDF
from tests.inbox.makers import a_lead, part, url


@pytest.fixture
def lead(alice_ws: Workspace) -> Captured:
    with workspace(alice_ws):
        return a_lead()


def notes(alice_ws: Workspace) -> list[tuple[str, object]]:
    with workspace(alice_ws):
        return list(Message.objects.filter(direction="note").values_list("body_text", "author_id"))


def test_it_works(alice_ws: Workspace, bobs: Client, bob: User, lead: Captured) -> None:
    answer = bobs.post(
        url("inbox:note", lead.conversation.id), {"text": " <b>Ask</b> Eve. "}, **part("messages")
    )
    html = answer.content.decode()
    assert (answer.status_code, html.count('data-live="message"')) == (200, 1)
    assert ("msg-note" in html, "Private note" in html, "Bob Baker" in html) == (True, True, True)
    assert ("&lt;b&gt;Ask&lt;/b&gt; Eve." in html, "<b>" in html) == (True, False)
    assert notes(alice_ws) == [("<b>Ask</b> Eve.", bob.id)]
    with workspace(alice_ws):
        assert Delivery.objects.count() == 0


def test_it_works_without_scripts(bobs: Client, lead: Captured) -> None:
    answer = bobs.post(url("inbox:note", lead.conversation.id), {"text": "Ask Eve."})
    assert (answer.status_code, answer["Location"]) == (302, url("inbox:thread", lead.conversation.id))


def test_it_checks_permission(alice_ws: Workspace, lead: Captured, visitor: Callable[[str], Client]) -> None:
    answer = visitor(world.ALICE_HOST).post(url("inbox:note", lead.conversation.id), {"text": "Ask Eve."})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, url("account_login"))
    assert notes(alice_ws) == []


def test_other_workspace_gets_404(alice_ws: Workspace, mallorys: Client, lead: Captured) -> None:
    answer = mallorys.post(url("inbox:note", lead.conversation.id), {"text": "Mine now"})
    assert (answer.status_code, notes(alice_ws)) == (404, [])


@pytest.mark.parametrize("text", ["", "  \n", "x" * 20_001, "a\x00b"])
def test_bad_input_is_a_clear_error(alice_ws: Workspace, bobs: Client, lead: Captured, text: str) -> None:
    for headers in (part("messages"), {}):
        answer = bobs.post(url("inbox:note", lead.conversation.id), {"text": text}, **headers)
        html = answer.content.decode()
        assert (answer.status_code, html.count('id="note-error"')) == (422, 1)
        assert '<div id="write-note" role="tabpanel" aria-labelledby="mode-note">' in html
        assert '<div id="write-reply" role="tabpanel" aria-labelledby="mode-reply" hidden>' in html
    assert notes(alice_ws) == []


def test_where_nobody_can_be_answered_there_is_the_note(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        conversation = a_lead(email="", phone="+49 30 901820").conversation
    html = bobs.get(url("inbox:thread", conversation.id)).content.decode()
    assert ("left no e-mail address" in html, 'id="reply-text"' in html, 'id="note-text"' in html) == (
        True,
        False,
        True,
    )


def test_its_keys_are_on_the_sheet_of_shortcuts(bobs: Client, lead: Captured) -> None:
    """What the sheet says of n, r and c is what the page's buttons listen to."""
    html = bobs.get(url("inbox:thread", lead.conversation.id)).content.decode()
    for key, words in (("n", "Private note"), ("r", "Reply"), ("c", "New")):
        assert html.count(f"<kbd>{key}</kbd></dt><dd>{words}</dd>") == 1
        assert html.count(f'data-key="{key}"') == 1


def test_it_takes_files_and_is_stored_once_under_its_key(
    alice_ws: Workspace, bobs: Client, lead: Captured
) -> None:
    """The file stands on the note's draft, and on that alone, until the note is stored."""
    added = bobs.post(
        f"{url('inbox:add_file', lead.conversation.id)}?kind=note",
        PDF,
        content_type="application/octet-stream",
        headers={"X-File-Name": "plan.pdf"},
    )
    assert (added.status_code, "plan.pdf" in added.content.decode()) == (200, True)
    page = bobs.get(url("inbox:thread", lead.conversation.id)).content.decode()
    reply, _, note = page.partition('id="write-note"')
    assert ("plan.pdf" in reply, "plan.pdf" in note) == (False, True)
    with workspace(alice_ws):
        file_id = str(DraftFile.objects.get(kind="note").file_id)
    as_answer = bobs.post(
        url("inbox:reply", lead.conversation.id), {"text": "Here.", "attached": file_id}, **part("messages")
    )
    assert (as_answer.status_code, "no longer here" in as_answer.content.decode()) == (422, True)
    said = {"text": "", "attached": file_id, "client_key": "7d444840-9dc0-41d1-b245-5ffdce74fad2"}
    for _ in range(2):
        answer = bobs.post(url("inbox:note", lead.conversation.id), said, **part("messages"))
        html = answer.content.decode()
        assert (answer.status_code, "plan.pdf" in html, said["client_key"] in html) == (200, True, True)
    assert [text for text, _ in notes(alice_ws)] == [""]
    other = bobs.post(url("inbox:note", lead.conversation.id), said | {"text": "More"}, **part("messages"))
    assert (other.status_code, "had arrived already" in other.content.decode()) == (422, True)
    bad = bobs.post(f"{url('inbox:add_file', lead.conversation.id)}?kind=x", PDF, content_type="a/b")
    assert bad.status_code == 404
