"""An answer that a browser sends again under the same key is the one that stands there already."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections

from core.accounts.models import User
from core.sending.models import Delivery
from inbox.attachments.domain.drafts import add_file
from inbox.attachments.enums import DraftKind
from inbox.conversations.domain.drafts import save_draft
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.sending import CannotSend
from inbox.conversations.models import Conversation, Message
from inbox.conversations.queries import own_draft
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.core.files.uploads import PDF
from tests.inbox.makers import a_lead

KEY = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")
OTHER = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad3")


def answers(conversation: Conversation) -> list[tuple[str, UUID | None]]:
    rows = Message.objects.filter(conversation=conversation, direction="out").order_by("seq")
    return list(rows.values_list("body_text", "client_key"))


def test_it_works(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    first = queue_reply(conversation, author=bob, text="Yes.", client_key=KEY)
    again = queue_reply(conversation, author=bob, text="Yes.", client_key=KEY)
    assert (again.id, answers(conversation)) == (first.id, [("Yes.", KEY)])
    assert Delivery.objects.count() == 1


def test_the_same_words_under_another_key_are_another_answer(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    for key in (KEY, OTHER, None, None):
        queue_reply(conversation, author=bob, text="Yes.", client_key=key)
    assert answers(conversation) == [("Yes.", KEY), ("Yes.", OTHER), ("Yes.", None), ("Yes.", None)]


def test_a_key_of_somebody_else_or_of_another_place_opens_nothing(
    in_alice: Place, alice: User, bob: User
) -> None:
    theirs, mine = a_lead().conversation, a_lead(email="other@acme.test").conversation
    queue_reply(theirs, author=alice, text="CANARY", client_key=KEY)
    for conversation in (theirs, mine):
        with pytest.raises(CannotSend, match="is taken"):
            queue_reply(conversation, author=bob, text="Mine.", client_key=KEY)
    assert (answers(theirs), answers(mine)) == ([("CANARY", KEY)], [])


def test_other_words_or_files_under_the_same_key_are_not_taken_for_it(in_alice: Place, bob: User) -> None:
    """They were changed after the first ones had arrived unheard: nothing is lost, and nothing doubled."""
    conversation = a_lead().conversation
    queue_reply(conversation, author=bob, text="Yes.", client_key=KEY)
    file = add_file(conversation.id, user=bob, name="a.pdf", data=PDF, kind=DraftKind.REPLY).file
    for text, files in (("Yes, and no.", []), ("Yes.", [file.id])):
        with pytest.raises(CannotSend, match="had arrived already"):
            queue_reply(conversation, author=bob, text=text, file_ids=files, client_key=KEY)
    assert answers(conversation) == [("Yes.", KEY)]


def test_sent_once_more_from_a_draft_it_ends_the_draft(in_alice: Place, bob: User) -> None:
    conversation = a_lead().conversation
    queue_reply(conversation, author=bob, text="Yes.", client_key=KEY)
    draft = save_draft(conversation, user=bob, text="Yes.", known="")
    assert draft is not None
    queue_reply(conversation, author=bob, text="Yes.", client_key=KEY, draft=draft.version)
    assert own_draft(conversation.id, user=bob) is None


def test_of_many_at_once_one_is_stored(fresh_workspace: Callable[..., Workspace]) -> None:
    row = fresh_workspace()
    with workspace(row):
        conversation, author = a_lead().conversation, User.objects.get()

    def send() -> UUID:
        try:
            with workspace(row):
                found: UUID = queue_reply(conversation, author=author, text="Yes.", client_key=KEY).id
                return found
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        ids = {future.result() for future in [pool.submit(send) for _ in range(4)]}
    with workspace(row):
        assert (len(ids), answers(conversation)) == (1, [("Yes.", KEY)])
