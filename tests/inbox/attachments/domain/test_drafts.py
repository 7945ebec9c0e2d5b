"""Files of an answer in the making, and of the answer itself."""

from typing import Any

import pytest

from core.accounts.models import User
from core.files import storage
from core.files.domain.hold import FileGone
from core.files.domain.keep import NotKept, keep_file
from core.files.models import StoredFile
from core.sending.models import Delivery
from inbox.attachments.domain.attach import Attached, attach
from inbox.attachments.domain.drafts import add_file, take_back
from inbox.attachments.enums import DraftKind
from inbox.attachments.models import Attachment, DraftFile
from inbox.attachments.queries import draft_files
from inbox.attachments.signals import files_attached
from inbox.conversations.composing import compose_reply
from inbox.conversations.domain.replies import queue_reply, retry_reply
from inbox.conversations.domain.sending import CannotSend
from inbox.conversations.models import Conversation, Message
from tenants.context import Place
from tests.core.files.uploads import PDF, picture
from tests.inbox.makers import a_lead

pytestmark = pytest.mark.usefixtures("in_alice")


@pytest.fixture
def conversation(in_alice: Place) -> Conversation:
    return a_lead().conversation


def states() -> dict[str, str]:
    return dict(StoredFile.objects.values_list("name", "state"))


def test_it_works(conversation: Conversation, bob: User) -> None:
    rows = [
        add_file(conversation.id, user=bob, name=name, data=PDF, kind=DraftKind.REPLY)
        for name in ("a.pdf", "b.pdf", "c.pdf")
    ]
    wanted = [rows[1].file_id, rows[0].file_id]
    message = queue_reply(conversation, author=bob, text="", file_ids=wanted)
    assert [file.name for file in message.files] == ["b.pdf", "a.pdf"]
    assert states() == {"a.pdf": "held", "b.pdf": "held", "c.pdf": "loose"}
    assert [row.file.name for row in draft_files(conversation.id, user=bob, kind=DraftKind.REPLY)] == [
        "c.pdf"
    ]
    assert Conversation.objects.get(id=conversation.id).preview == "b.pdf, a.pdf"


def test_the_mail_carries_them_and_a_retry_the_same(conversation: Conversation, bob: User) -> None:
    file = add_file(conversation.id, user=bob, name="Größe.pdf", data=PDF, kind=DraftKind.REPLY).file
    message = queue_reply(conversation, author=bob, text="Here.", file_ids=[file.id])
    first = compose_reply(Delivery.objects.get(ref=f"{message.id}:1"))
    Message.objects.filter(id=message.id).update(state="failed")
    message.refresh_from_db()
    retry_reply(message)
    again = compose_reply(Delivery.objects.get(ref=f"{message.id}:2"))
    assert [(one.name, one.content_type, one.data) for one in first.files] == [
        ("Größe.pdf", "application/pdf", PDF)
    ]
    assert again.files == first.files


def test_a_file_is_sent_once(conversation: Conversation, bob: User) -> None:
    file = add_file(conversation.id, user=bob, name="a.pdf", data=PDF, kind=DraftKind.REPLY).file
    queue_reply(conversation, author=bob, text="Here.", file_ids=[file.id, file.id])
    assert Attachment.objects.count() == 1
    with pytest.raises(CannotSend, match="no longer here"):
        queue_reply(conversation, author=bob, text="Again.", file_ids=[file.id])
    assert Message.objects.filter(direction="out").count() == 1


def test_only_ones_own_draft_is_sent(conversation: Conversation, alice: User, bob: User) -> None:
    hers = add_file(conversation.id, user=alice, name="hers.pdf", data=PDF, kind=DraftKind.REPLY).file
    elsewhere = add_file(
        a_lead(email="x@y.test").conversation.id, user=bob, name="x.pdf", data=PDF, kind=DraftKind.REPLY
    ).file
    nobodys = keep_file(PDF, name="loose.pdf")
    for file in (hers, elsewhere, nobodys):
        with pytest.raises(CannotSend):
            queue_reply(conversation, author=bob, text="Mine?", file_ids=[file.id])
    assert set(states().values()) == {"loose"}


def test_what_is_taken_back_is_gone(conversation: Conversation, bob: User) -> None:
    row = add_file(conversation.id, user=bob, name="a.pdf", data=PDF, kind=DraftKind.REPLY)
    take_back(row)
    assert (states(), DraftFile.objects.count()) == ({"a.pdf": "going"}, 0)


def test_too_many_and_too_much_are_clear_errors(conversation: Conversation, bob: User, settings: Any) -> None:
    settings.MESSAGE_FILES_MAX, settings.MESSAGE_FILES_MAX_BYTES = 2, 1_000_000
    add_file(conversation.id, user=bob, name="a.pdf", data=PDF + b"x" * 600_000, kind=DraftKind.REPLY)
    with pytest.raises(NotKept) as refused:
        add_file(conversation.id, user=bob, name="b.pdf", data=PDF + b"x" * 600_000, kind=DraftKind.REPLY)
    assert str(refused.value) == (
        "The files of a message can have 1.0 MB together; with this they have 1.2 MB. "
        "Send some in another message, or a link to them."
    )
    add_file(conversation.id, user=bob, name="c.pdf", data=PDF, kind=DraftKind.REPLY)
    with pytest.raises(NotKept, match="at most 2 files"):
        add_file(conversation.id, user=bob, name="d.pdf", data=PDF, kind=DraftKind.REPLY)


def test_two_that_came_at_once_are_counted_when_they_are_sent(
    conversation: Conversation, bob: User, settings: Any
) -> None:
    files = [
        add_file(conversation.id, user=bob, name=name, data=PDF, kind=DraftKind.REPLY).file
        for name in ("a.pdf", "b.pdf")
    ]
    settings.MESSAGE_FILES_MAX = 1
    with pytest.raises(CannotSend, match="at most 1 files"):
        queue_reply(conversation, author=bob, text="Here.", file_ids=[file.id for file in files])
    assert len(draft_files(conversation.id, user=bob, kind=DraftKind.REPLY)) == 2


def test_files_go_with_their_message_unless_another_has_them(conversation: Conversation, bob: User) -> None:
    file = add_file(conversation.id, user=bob, name="a.png", data=picture(), kind=DraftKind.REPLY).file
    first = queue_reply(conversation, author=bob, text="Here.", file_ids=[file.id])
    second = queue_reply(conversation, author=bob, text="And again.")
    attach(second, files=[Attached(file)])
    first.delete()
    assert states() == {"a.png": "held"}
    conversation.contact.delete()
    assert states() == {"a.png": "loose"}
    assert storage.exists(file.key)


def test_others_hear_of_it(conversation: Conversation, bob: User) -> None:
    heard: list[Any] = []

    def hear(sender: Any, *, message: Message, files: list[StoredFile], **kwargs: Any) -> None:
        heard.append((message, [file.name for file in files]))

    files_attached.connect(hear)
    try:
        file = add_file(conversation.id, user=bob, name="a.pdf", data=PDF, kind=DraftKind.REPLY).file
        message = queue_reply(conversation, author=bob, text="Here.", file_ids=[file.id])
    finally:
        files_attached.disconnect(hear)
    assert heard == [(message, ["a.pdf"])]


def test_what_was_swept_cannot_be_attached(conversation: Conversation, bob: User) -> None:
    file = keep_file(PDF, name="a.pdf")
    StoredFile.objects.filter(id=file.id).delete()
    with pytest.raises(FileGone):
        attach(Message.objects.get(conversation=conversation), files=[Attached(file)])
