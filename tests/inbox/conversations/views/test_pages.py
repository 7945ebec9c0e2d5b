"""The inbox's pages: home, list, thread, a contact's conversations, the mail of a message."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from core.accounts.models import User
from inbox.conversations import figures, queries
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.filters import ListFilter
from inbox.conversations.models import Conversation, Message
from inbox.conversations.moments import seq_from
from inbox.conversations.views import home, lists
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.hostile import HOSTILE, live_parts
from tests.inbox.makers import a_lead, leads, part, url


def pages(lead: Any) -> list[str]:
    return [
        url("inbox:thread", lead.conversation.id),
        url("inbox:contact_conversations", lead.contact.id),
        url("inbox:message_html", lead.conversation.id, lead.message.id),
        url("contacts:detail", lead.contact.id),
    ]


def test_it_works(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        lead = a_lead(html="<p>Do you deliver?</p>")
    for address in (url("inbox:home"), url("inbox:list"), url("contacts:list"), *pages(lead)):
        answer = bobs.get(address)
        assert (address, answer.status_code) == (address, 200)
        assert "no-store" in answer["Cache-Control"]


def test_it_checks_permission(alice_ws: Workspace, visitor: Callable[[str], Client]) -> None:
    with workspace(alice_ws):
        lead = a_lead(html="<p>x</p>")
    for address in (
        url("inbox:home"),
        url("inbox:list"),
        url("contacts:list"),
        url("inbox:new"),
        *pages(lead),
    ):
        answer = visitor(world.ALICE_HOST).get(address)
        where = answer["Location"].partition("?")[0]
        assert (address, answer.status_code, where) == (address, 302, url("account_login"))


def test_other_workspace_gets_404(alice_ws: Workspace, mallorys: Client) -> None:
    with workspace(alice_ws):
        lead = a_lead(html="<p>x</p>", text="canary-4711")
    for address in pages(lead):
        answer = mallorys.get(address)
        assert (address, answer.status_code) == (address, 404)
    for address in (url("inbox:home"), url("inbox:list"), url("contacts:list")):
        assert b"canary-4711" not in mallorys.get(address).content


def test_bad_input_is_a_clear_error(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        lead = a_lead()
    for query in ("?view=nothing", "?after=nonsense", "?after=%00"):
        assert bobs.get(url("inbox:list") + query).status_code == 404
    assert bobs.get(url("contacts:list") + "?after=nonsense").status_code == 404
    for before in ("", "x", "-1", "²", "9" * 10):
        address = url("inbox:thread", lead.conversation.id)
        answer = bobs.get(address, {"before": before}, **part("older-messages"))
        assert (before, answer.status_code) == (before, 404)
        answer = bobs.get(address, {"after": before}, **part("newer-messages"))
        assert (before, answer.status_code) == (before, 404)
        assert (before, bobs.get(address, {"at": before}).status_code) == (before, 404)
        for asked in ({"at": before}, {"on": f"{before}x"}, {"on": "9" * 12}, {"first": "1", "last": before}):
            answer = bobs.get(address, asked, **part("gap-1" if "first" in asked else "messages"))
            assert (asked, answer.status_code) == (asked, 404)


@pytest.mark.parametrize("items", [1, 3])
def test_the_list_has_a_constant_number_of_queries(
    alice_ws: Workspace, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        leads(items)
    bobs.get(url("inbox:list"))
    # session, user; rows, labels, all figures with the drafts, saved views
    with django_assert_num_queries(6):
        answer = bobs.get(url("inbox:list"))
    assert answer.content.count(b'data-live="row"') == items


@pytest.mark.parametrize("items", [1, 3])
def test_a_thread_has_a_constant_number_of_queries(
    alice_ws: Workspace, bob: User, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        lead = a_lead()
        for number in range(items):
            queue_reply(lead.conversation, author=bob, text=f"Answer {number}")
    address = url("inbox:thread", lead.conversation.id)
    bobs.get(address)
    # session, user, conversation, labels, whether mail arrives, messages, files, the drafts,
    # their files, readers, how a form lays out; others, consents, files
    with django_assert_num_queries(14):
        answer = bobs.get(address, **part("reading"))
    assert answer.content.count(b'data-live="message"') == items + 1


@pytest.mark.parametrize("items", [1, 3])
def test_home_and_contacts_have_a_constant_number_of_queries(
    alice_ws: Workspace, bobs: Client, items: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        lead = leads(items)[0]
    for address, expected in (
        (url("inbox:home"), 7),  # session, user, figures, who waits, their labels, counts of rail and bell
        (url("contacts:list"), 6),  # session, user, rows, total, counts of rail and bell
        (
            url("inbox:contact_conversations", lead.contact.id),
            5,
        ),  # session, user, contact, rows, labels
    ):
        bobs.get(address)
        with django_assert_num_queries(expected):
            bobs.get(address)


def test_the_next_rows_and_earlier_messages_come_as_parts(
    alice_ws: Workspace, bob: User, bobs: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LIST_SIZE", 2)
    with workspace(alice_ws):
        lead = leads(3)[0]
        for number in (2, 3):
            queue_reply(lead.conversation, author=bob, text=f"Answer {number}")
        page = queries.inbox_page(bob, shown=ListFilter())
    rows = bobs.get(url("inbox:list"), {"after": page.next_cursor}, **part("more-rows"))
    assert (b"<html" in rows.content, rows.content.count(b'data-live="row"')) == (False, 1)
    older = bobs.get(url("inbox:thread", lead.conversation.id), {"before": 3}, **part("older-messages"))
    html = older.content.decode()
    words = ("<html", "Question 1", "Answer 2", "Answer 3")
    assert [word for word in words if word in html] == ["Question 1", "Answer 2"]
    counts = bobs.get(url("inbox:list"), **part("inbox-tabs"))
    assert (b'id="inbox-tabs"' in counts.content, b'data-live="row"' in counts.content) == (True, False)


def test_a_thread_opens_around_a_message_which_is_marked(
    alice_ws: Workspace, bob: User, bobs: Client
) -> None:
    with workspace(alice_ws):
        lead = a_lead()
        for number in range(2, queries.THREAD_SIZE + 31):
            queue_reply(lead.conversation, author=bob, text=f"Answer {number}.")
    address = url("inbox:thread", lead.conversation.id)
    html = bobs.get(address, {"at": 30}, **part("reading")).content.decode()
    assert [html.count(word) for word in ("msg-marked", 'id="older-messages"', 'id="newer-messages"')] == [
        1, 1, 1
    ]  # fmt: skip
    assert [f"Answer {number}." in html for number in (4, 5, 54, 55)] == [False, True, True, False]
    later = bobs.get(address, {"after": 54}, **part("newer-messages")).content.decode()
    assert [word in later for word in ("<html", "msg-marked", "older-messages", "newer-messages")] == [
        False
    ] * 4
    assert [f"Answer {number}." in later for number in (54, 55, 80)] == [False, True, True]


def test_messages_are_put_into_a_thread_from_anywhere(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    """Around another place, at its end, from a moment on, and those that a gap stands for."""
    began = timezone.now() - timedelta(days=100)
    with workspace(alice_ws):
        lead = a_lead()
        for number in range(2, queries.THREAD_SIZE + 51):
            queue_reply(lead.conversation, author=bob, text=f"Answer {number}.")
        for seq in range(1, queries.THREAD_SIZE + 51):
            rows = Message.objects.filter(conversation=lead.conversation, seq=seq)
            rows.update(created_at=began + timedelta(days=seq))
    address = url("inbox:thread", lead.conversation.id)
    day = int((began + timedelta(days=39, hours=1)).timestamp())
    for query, target, first, last, marked in (
        ({}, "messages", 51, 100, None),
        ({"at": 40}, "messages", 15, 64, 40),
        ({"on": day}, "messages", 15, 64, 40),
        ({"on": 0}, "messages", 1, 50, 1),
        ({"on": 99999999999}, "messages", 51, 100, 100),
        ({"first": 20, "last": 22}, "gap-20", 20, 22, None),
        ({"first": 20, "last": 99}, "gap-20", 20, 69, None),
        ({"first": 20, "last": 3}, "gap-20", 20, 20, None),
    ):
        html = bobs.get(address, query, **part(target)).content.decode()
        seqs = [int(seq) for seq in re.findall(r'data-seq="(\d+)"', html)]
        assert (query, seqs, "<html" in html) == (query, list(range(first, last + 1)), False)
        found = re.search(r'msg-marked[^>]*data-seq="(\d+)"', html)
        assert (query, found and int(found[1])) == (query, marked)
        assert ("-messages" in html) == (target == "messages")


@pytest.mark.parametrize(("size", "at"), [(1, 1), (3, 1), (3, 2), (3, 3)])
def test_a_moment_is_found_in_one_query(
    alice_ws: Workspace, bob: User, size: int, at: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with workspace(alice_ws):
        lead = a_lead()
        for number in range(1, size):
            queue_reply(lead.conversation, author=bob, text=f"Answer {number}.")
        conversation = Conversation.objects.get(id=lead.conversation.id)
        moment = Message.objects.get(conversation=conversation, seq=at).created_at
        with django_assert_num_queries(1):
            assert seq_from(conversation, moment=moment) == at
        assert seq_from(conversation, moment=moment + timedelta(microseconds=1)) == min(at + 1, size)


def test_the_home_page_says_who_waits(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    with workspace(alice_ws):
        first, second = leads(2)
        queue_reply(first.conversation, author=bob, text="Yes.")
    answer = bobs.get(url("inbox:home"))
    assert answer.context["counts"] == {"open": "2", "waiting": "1", "mine": "1", "new": "2"}
    assert [row.id for row in answer.context["waiting"]] == [second.conversation.id]


def test_leads_of_the_last_24_hours_are_new(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        for hours, lead in zip((1, 23, 25), leads(3), strict=True):
            then = timezone.now() - timedelta(hours=hours)
            Conversation.objects.filter(id=lead.conversation.id).update(created_at=then)
    answer = bobs.get(url("inbox:home"))
    assert (answer.context["counts"]["new"], b"in the last 24 hours" in answer.content) == ("2", True)


@pytest.mark.parametrize(("open_ones", "said"), [(2, "2"), (3, "2+")])
def test_a_plus_says_more_than(
    alice_ws: Workspace, bobs: Client, monkeypatch: pytest.MonkeyPatch, open_ones: int, said: str
) -> None:
    for where in (figures, lists, home):
        monkeypatch.setattr(where, "COUNT_LIMIT", 2)
    with workspace(alice_ws):
        leads(open_ones)
    page = bobs.get(url("inbox:list"))
    rail = [link.count for link in page.context["nav"] if link.key == "inbox"]
    tabs = {tab["key"]: tab["count"] for tab in page.context["tabs"]}
    start = bobs.get(url("inbox:home")).context["counts"]
    assert ([tabs["open"], start["open"], *rail], tabs["mine"], start["mine"]) == ([said] * 3, "", "0")
    shown = page.content.decode().count(f">{said}</b>")
    assert shown == 5  # the tabs of the open, the waiting and the unassigned, the rail, the phone's bar


def test_a_mail_as_it_was_laid_out_is_shut_in(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        lead = a_lead(html="<p>Do you <b>deliver</b>?</p>")
    answer = bobs.get(url("inbox:message_html", lead.conversation.id, lead.message.id))
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';")
    assert "script" not in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")
    assert b"<body><p>Do you <b>deliver</b>?</p></body>" in answer.content


def test_a_message_without_html_has_no_such_page(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        lead = a_lead()
    assert bobs.get(url("inbox:message_html", lead.conversation.id, lead.message.id)).status_code == 404


def test_a_message_is_not_found_under_another_conversation(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        first, second = leads(2, html="<p>x</p>")
    assert bobs.get(url("inbox:message_html", second.conversation.id, first.message.id)).status_code == 404
    assert bobs.get(url("inbox:message_html", uuid4(), first.message.id)).status_code == 404


def test_hostile_words_are_shown_as_words(alice_ws: Workspace, bobs: Client) -> None:
    with workspace(alice_ws):
        found = [
            a_lead(
                name=text,
                company=text,
                subject=text,
                text=text,
                phone=text[:40],
                email=f"p{number}@acme.test",
            )
            for number, text in enumerate(HOSTILE)
        ]
    html = bobs.get(url("contacts:list")).content.decode() + bobs.get(url("inbox:list")).content.decode()
    assert (live_parts(html), [text for text in HOSTILE if escape(text) not in html]) == ([], [])
    assert live_parts(bobs.get(url("inbox:home")).content.decode()) == []
    for lead, text in zip(found, HOSTILE, strict=True):
        for address in (*pages(lead)[:2], pages(lead)[3]):
            html = bobs.get(address, **part("reading")).content.decode()
            assert (address, live_parts(html), escape(text) in html) == (address, [], True)


def test_an_empty_home_says_what_to_begin_with(
    client_for: Callable[..., Client], alice: User, bob: User, charlie: User
) -> None:
    pages = [client_for(person).get(url("inbox:home")).content.decode() for person in (alice, bob, charlie)]
    words = ("Share your form", "Invite your team", "Everyone has an answer")
    assert [[word in page for word in words] for page in pages] == [
        [True, True, False],
        [True, False, False],
        [False, False, True],
    ]


@pytest.mark.parametrize("items", [1, 3])
def test_a_thread_names_how_far_each_has_read(
    alice_ws: Workspace,
    alice: User,
    bob: User,
    bobs: Client,
    items: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    """The reader's own mark is among them, which the browser leaves out; who has no access is not."""
    with workspace(alice_ws):
        lead = a_lead()
        queue_reply(lead.conversation, author=alice, text="Yes.")
        for number in range(items):
            person = User.objects.create(email=f"r{number}@alice.test", name=f"Reader {number}", role="agent")
            mark_seen(lead.conversation, user=person, seq=1)
        gone = User.objects.create(email="gone@alice.test", name="Gone", role="agent", is_active=False)
        mark_seen(lead.conversation, user=gone, seq=1)
    address = url("inbox:thread", lead.conversation.id)
    bobs.get(address)
    # session, user, conversation, labels, whether mail arrives, messages, files, the drafts,
    # their files, readers, how a form lays out; others, consents, files
    with django_assert_num_queries(14):
        html = bobs.get(address, **part("reading")).content.decode()
    found = re.findall(r'<li data-user="[^"]+" data-seq="(\d)" data-name="([^"]+)"', html)
    assert found == [("2", alice.display_name), *((("1", f"Reader {n}")) for n in range(items))]
