"""The panels beside a conversation: what they show, and with how few queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.contacts.domain.correct import correct_contact
from inbox.conversations import panels
from inbox.conversations.enums import State
from inbox.conversations.models import Conversation
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests.inbox.conversations.test_push import InCommit, told
from tests.inbox.makers import a_lead, part, url


def seen(browser: Client, conversation: Conversation) -> str:
    answer = browser.get(url("inbox:thread", conversation.id), **part("panel"))
    assert answer.status_code == 200
    html: str = answer.content.decode()
    return html


def talks(count: int) -> list[Conversation]:
    """Conversations with one contact, the newest last."""
    found = [a_lead(subject=f"Matter {number}", text=f"About {number}") for number in range(1, count + 1)]
    return [one.conversation for one in found]


def a_deleted_one(subject: str) -> Conversation:
    """The newest of the contact's, whose page is not there any more."""
    row = a_lead(subject=subject, text="To be forgotten").conversation
    Conversation.objects.filter(id=row.id).update(state=State.DELETED, waiting_since=None)
    return row


@pytest.mark.parametrize("items", [1, 3])
def test_the_panel_has_a_constant_number_of_queries(
    alice_ws: Workspace, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        rows = talks(items + 1)
    seen(bobs, rows[0])
    # session, user, conversation, its labels, whether mail arrives; others of the contact, consents, files
    with django_assert_num_queries(8):
        html = seen(bobs, rows[0])
    assert ("<html" in html, html.count('class="panel-row"')) == (False, items)


def test_the_newest_others_are_shown_and_the_way_to_all(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        rows = talks(panels.OTHERS + 2)
        a_lead(email="other@acme.test", subject="canary-others")
        a_deleted_one("canary-others")
    html = seen(bobs, rows[0])
    numbers = range(1, panels.OTHERS + 3)
    assert [f"Matter {number}<" in html for number in numbers] == [False, False, *[True] * panels.OTHERS]
    assert ("All conversations" in html, "canary-others" in html) == (True, False)


def test_who_looks_at_a_contact_sees_what_is_corrected(
    in_alice: Place, bob: User, redis: Redis, in_commit: InCommit
) -> None:
    rows = talks(2)
    a_deleted_one("gone")
    with in_commit():
        correct_contact(rows[0].contact, field="name", value="Zoë Ito", by=bob)
    with in_commit():
        correct_contact(rows[0].contact, field="name", value="Zoë Ito", by=bob)  # again: nothing new
    frames = told(redis)
    assert sorted(frame["d"]["conversation"] for frame in frames) == sorted(str(row.id) for row in rows)
    assert ["Zoë Ito" in frame["html"] for frame in frames] == [True, True]
