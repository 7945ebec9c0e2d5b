"""inbox/conversations/push.py: what browsers are told, in whichever process it happens."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.urls import clear_url_caches, set_urlconf
from redis import Redis

from core.accounts.models import User
from core.realtime.stream import STREAM
from core.sending.models import Delivery
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.settling import settle_reply
from inbox.conversations.domain.state import resolve
from tenants.context import Place
from tests.inbox.makers import a_lead

InCommit = Callable[[], AbstractContextManager[Any]]


def told(redis: "Redis") -> list[dict[str, Any]]:
    """The frames in the stream, oldest first."""
    rows: Any = redis.xrange(STREAM)
    return [json.loads(fields[b"b"]) for _, fields in rows]


def test_a_lead_is_told_with_its_bubble_and_row(in_alice: Place, redis: "Redis", in_commit: InCommit) -> None:
    with in_commit():
        lead = a_lead()
    (frame,) = told(redis)
    assert (frame["t"], frame["d"]) == (
        "message_added",
        {
            "conversation": str(lead.conversation.id),
            "message": str(lead.message.id),
            "seq": 1,
            "direction": "in",
            "author": None,
            "is_new": True,
        },
    )
    for id in (f"msg-{lead.message.id}", f"conv-{lead.conversation.id}"):
        assert frame["html"].count(f'id="{id}"') == 1


def test_an_answer_that_takes_a_conversation_tells_that_too(
    in_alice: Place, bob: User, redis: "Redis", in_commit: InCommit
) -> None:
    lead = a_lead()
    with in_commit():
        queue_reply(lead.conversation, author=bob, text="Yes.")
        queue_reply(lead.conversation, author=bob, text="And no.")
    frames = told(redis)
    assert [frame["t"] for frame in frames] == ["conversation_changed", "message_added", "message_added"]
    assert frames[0]["d"]["assignee"] == str(bob.id)


def test_a_worker_tells_without_a_request(
    in_alice: Place, bob: User, redis: "Redis", in_commit: InCommit
) -> None:
    message = queue_reply(a_lead().conversation, author=bob, text="Yes.")
    set_urlconf(None)
    clear_url_caches()
    delivery = Delivery.objects.get(ref=f"{message.id}:1")
    delivery.state = Delivery.State.SENT
    with in_commit():
        settle_reply(delivery)
    (frame,) = told(redis)
    assert (frame["t"], frame["d"]["state"], "Sent" in frame["html"]) == ("message_settled", "sent", True)


def test_a_change_is_told(in_alice: Place, bob: User, redis: "Redis", in_commit: InCommit) -> None:
    lead = a_lead()
    with in_commit():
        resolve(lead.conversation, by=bob)
    (frame,) = told(redis)
    assert frame["d"] == {
        "conversation": str(lead.conversation.id),
        "state": "resolved",
        "assignee": None,
        "by": str(bob.id),
    }


def test_hostile_words_are_told_as_words(in_alice: Place, redis: "Redis", in_commit: InCommit) -> None:
    with in_commit():
        a_lead(name="<img src=x onerror=alert(1)>", text="</li><script>alert(1)</script>")
    (frame,) = told(redis)
    assert ("<script" in frame["html"], "<img src=x" in frame["html"]) == (False, False)
