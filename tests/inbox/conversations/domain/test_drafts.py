"""inbox/conversations/domain/drafts.py: one's words are kept, never over newer ones, and end when sent."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from redis import Redis

from core.accounts.models import User
from core.realtime.stream import STREAM
from inbox.conversations.domain.drafts import DraftIsNewer, save_draft
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.figures import glance
from inbox.conversations.models import Conversation, Draft
from inbox.conversations.queries import own_draft
from tenants.context import Place
from tests.inbox.makers import a_lead

KEY = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")


@pytest.fixture
def conversation(in_alice: Place) -> Conversation:
    return a_lead().conversation


def words(conversation: Conversation, user: User) -> str | None:
    draft = own_draft(conversation.id, user=user)
    return draft.text if draft else None


def test_it_works_for_each_by_themselves(conversation: Conversation, alice: User, bob: User) -> None:
    first = save_draft(conversation, user=bob, text="Dear", known="")
    assert first is not None
    second = save_draft(conversation, user=bob, text="Dear Zoë", known=first.version)
    assert second is not None
    assert int(second.version) > int(first.version) or second.id == first.id
    assert (words(conversation, bob), words(conversation, alice)) == ("Dear Zoë", None)
    assert (glance(bob).drafts, glance(alice).drafts) == ([conversation.id], [])


def test_a_second_window_does_not_overwrite_newer_words(conversation: Conversation, bob: User) -> None:
    first = save_draft(conversation, user=bob, text="Dear", known="")
    assert first is not None
    known = first.version
    newer = save_draft(conversation, user=bob, text="Dear Zoë", known=known)
    assert newer is not None
    for text in ("Old words", ""):
        for version in (known, "", "nonsense"):
            with pytest.raises(DraftIsNewer) as refused:
                save_draft(conversation, user=bob, text=text, known=version)
            assert refused.value.draft.text == "Dear Zoë"
    assert words(conversation, bob) == "Dear Zoë"
    same = save_draft(conversation, user=bob, text="Dear Zoë", known=known)
    assert same is not None
    assert same.version == newer.version


def test_without_words_there_is_no_draft(conversation: Conversation, bob: User) -> None:
    assert save_draft(conversation, user=bob, text=" \n ", known="") is None
    draft = save_draft(conversation, user=bob, text="Dear", known="")
    assert draft is not None
    assert save_draft(conversation, user=bob, text=" ", known=draft.version) is None
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    ("known", "left"),
    [("theirs", None), ("another", "Half"), (None, None)],
    ids=["its own version", "typed since", "without scripts"],
)
def test_it_ends_with_the_answer_save_for_later_words(
    conversation: Conversation, alice: User, bob: User, known: str | None, left: str | None
) -> None:
    draft = save_draft(conversation, user=bob, text="Half", known="")
    save_draft(conversation, user=alice, text="Hers", known="")
    assert draft is not None
    version = draft.version if known == "theirs" else known
    queue_reply(conversation, author=bob, text="Whole.", client_key=KEY, draft=version)
    assert (words(conversation, bob), words(conversation, alice)) == (left, "Hers")


def test_it_ends_when_its_very_words_are_sent(conversation: Conversation, bob: User) -> None:
    save_draft(conversation, user=bob, text="Whole.\n", known="")
    queue_reply(conversation, author=bob, text="Whole.", draft="1")
    assert words(conversation, bob) is None


def test_its_coming_and_going_is_told_to_its_writer_alone(
    conversation: Conversation,
    bob: User,
    redis: "Redis",
    in_commit: Callable[[], AbstractContextManager[Any]],
) -> None:
    with in_commit():
        draft = save_draft(conversation, user=bob, text="CANARY", known="")
        assert draft is not None
        later = save_draft(conversation, user=bob, text="CANARY two", known=draft.version)
        assert later is not None
        save_draft(conversation, user=bob, text="", known=later.version)
    rows: Any = redis.xrange(STREAM)
    frames = [json.loads(fields[b"b"]) for _, fields in rows]
    facts = {"conversation": str(conversation.id), "kind": "reply"}
    assert [frame["d"] for frame in frames] == [{**facts, "exists": True}, {**facts, "exists": False}]
    assert {fields[b"a"] for _, fields in rows} == {f'{{"u":["{bob.id}"]}}'.encode()}
    assert "CANARY" not in str(rows)
