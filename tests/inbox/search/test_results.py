"""inbox/search/queries.py and plans.py: what is found, in which order, whichever way it is found."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.accounts.models import User
from core.api.paging import BadCursor
from inbox.conversations.domain.replies import queue_reply
from inbox.conversations.domain.state import resolve
from inbox.conversations.models import Conversation, ConversationLabel, Label, Message
from inbox.search import naming, plans, queries
from inbox.search.asking import parse
from inbox.search.models import MessageEntry
from inbox.search.plans import TooSlow
from inbox.search.queries import results
from tenants.context import Place, place_of, workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead, leads
from tests.inbox.search.conftest import found, note, on

Count = Callable[[int], Any]


@pytest.fixture(params=["planned", "walked", "gathered", "too many gathered"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every way a search can be done, forced by its bounds."""
    bounds = {
        "planned": {},
        "walked": {"FEW": -1},
        "gathered": {"FEW": 10**9},
        "too many gathered": {"FEW": -1, "WALK": 1, "GATHER": 1},
    }
    for name, value in bounds[request.param].items():
        monkeypatch.setattr(plans, name, value)
    return str(request.param)


def test_words_anywhere_in_any_order_whatever_case_and_accents(in_alice: Place, bob: User, way: str) -> None:
    a_lead(text="Is the CAFÉ open on Monday?")
    a_lead(text="The cafe is closed", email="b@acme.test")
    assert found("monday cafe", by=bob) == ["Is the CAFÉ open on Monday?"]
    assert found("Café ", by=bob) == ["The cafe is closed", "Is the CAFÉ open on Monday?"]


def test_beginnings_and_phrases(in_alice: Place, bob: User, way: str) -> None:
    leads(2)
    a_lead(text="We deliver next Monday")
    a_lead(text="Monday next? Delivery!", email="b@acme.test")
    assert found("deliv", by=bob) == ["Monday next? Delivery!", "We deliver next Monday"]
    assert found('"deliv"', by=bob) == []
    assert found("deliv* we", by=bob) == ["We deliver next Monday"]
    assert found('"next monday"', by=bob) == ["We deliver next Monday"]
    assert found("deliv* mond", by=bob) == ["Monday next? Delivery!", "We deliver next Monday"]


def test_a_message_is_found_before_its_transaction_is_over(in_alice: Place, bob: User) -> None:
    with transaction.atomic():
        a_lead(text="needle")
        assert found("needle", by=bob) == ["needle"]
        transaction.set_rollback(True)
    assert (found("needle", by=bob), MessageEntry.objects.count()) == ([], 0)


def test_answers_notes_and_subjects(in_alice: Place, bob: User, way: str) -> None:
    lead = a_lead(subject="Broken lamp", text="It does not shine.")
    queue_reply(lead.conversation, author=bob, text="We send another lamp.")
    note(lead.conversation, by=bob, text="Lamp is out of stock.")
    assert found("lamp", by=bob) == [
        "Lamp is out of stock.",
        "We send another lamp.",
        "It does not shine.",
    ]
    assert found("is:note", by=bob) == ["Lamp is out of stock."]
    assert found("is:note shine", by=bob) == []


def test_what_a_first_mail_forwards_is_found_and_later_quotes_are_not(in_alice: Place, bob: User) -> None:
    lead = a_lead(text="See below", quoted="The invoice of May")
    a_lead(text="Well?", quoted="The invoice of May", conversation_id=lead.conversation.id)
    assert found("invoice", by=bob) == ["See below"]


def test_from_a_contact_or_a_teammate(in_alice: Place, alice: User, bob: User, way: str) -> None:
    lead = a_lead(name="Zoë Quinn", email="zq@acme.test", text="Hello")
    queue_reply(lead.conversation, author=bob, text="Hello Zoë")
    queue_reply(lead.conversation, author=alice, text="Hello again")
    other = a_lead(name="Bobby", email="bobby@else.test", text="Hello from me")
    for person in ("zoe", "QUINN", "zq@acme.test", "acme.test", '"zoe quinn"'):
        assert found(f"from:{person}", by=bob) == ["Hello"], person
    assert found("from:me hello", by=bob) == ["Hello Zoë"]
    assert found("from:bob hello", by=alice) == ["Hello from me", "Hello Zoë"]
    assert found("from:quinn from:alice hello", by=bob) == ["Hello again", "Hello"]
    assert found("from:%", by=bob) == []
    assert found("from:uinn", by=bob) == found("from:lice hello", by=bob) == []
    assert results(parse("from:nobody"), by=bob).hints == ["Nobody is called “nobody” here."]
    assert other.conversation.contact.name == "Bobby"


def test_a_name_that_fits_many_is_recognised_message_by_message(
    in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(naming, "MOST_CONTACTS", 1)
    leads(3)
    queue_reply(Conversation.objects.all()[0], author=bob, text="Question? Answer.")
    assert found("from:person question", by=bob) == ["Question 3", "Question 2", "Question 1"]


def test_what_is_a_pattern_to_postgres_is_a_character(
    in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "MOST_CONTACTS", 1)
    for number, name in enumerate(("a_b one", "a_b two", "axb three")):
        a_lead(name=name, email=f"l{number}@acme.test", text=name)
    a_lead(name="Anna Bell", email="anna@acme.test", text="Anna")
    a_lead(name="Joanna b+ (Bell)", email="jo@acme.test", text="Joanna")
    assert found("from:a_b", by=bob) == ["a_b two", "a_b one"]
    assert found("from:ann", by=bob) == ["Anna"]
    assert found("from:b+", by=bob) == found("from:(be", by=bob) == ["Joanna"]
    assert found("from:acm", by=bob) == ["Joanna", "Anna", "axb three", "a_b two", "a_b one"]


def test_in_a_state(in_alice: Place, bob: User, way: str) -> None:
    first, second = leads(2)
    resolve(first.conversation, by=bob)
    assert found("in:resolved question", by=bob) == ["Question 1"]
    assert found("in:open", by=bob) == ["Question 2"]
    assert found("in:open in:resolved", by=bob) == ["Question 2", "Question 1"]
    assert second.conversation.is_open


def test_with_a_label(in_alice: Place, bob: User, way: str) -> None:
    first, second = leads(2)
    for name, leads_ in {"Big déal": [first], "Vip": [first, second]}.items():
        label = Label.objects.create(name=name)
        for lead in leads_:
            at = lead.conversation.last_message_at
            ConversationLabel.objects.create(label=label, conversation=lead.conversation, last_message_at=at)
    assert found('label:"big deal" question', by=bob) == ["Question 1"]
    assert found("label:vip", by=bob) == ["Question 2", "Question 1"]
    assert found("label:vip label:big", by=bob) == ["Question 1"]
    assert (found("label:none", by=bob), results(parse("label:none"), by=bob).hints) == (
        [],
        ["There is no label “none”."],
    )


def test_between_dates(in_alice: Place, bob: User, way: str) -> None:
    for lead, day in zip(leads(3), (1, 2, 3), strict=True):
        MessageEntry.objects.filter(message=lead.message).update(created_at=on(day))
    assert found("after:2026-03-02", by=bob) == ["Question 3", "Question 2"]
    assert found("question before:2026-03-02", by=bob) == ["Question 1"]
    assert found("after:2026-03-02 before:2026-03-03", by=bob) == ["Question 2"]


def test_with_an_attachment(in_alice: Place, bob: User, way: str) -> None:
    first, _ = leads(2)
    MessageEntry.objects.filter(message=first.message).update(has_attachment=True)
    assert found("has:attachment", by=bob) == ["Question 1"]


def test_pages_follow_each_other_without_gap_or_double(
    in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(queries, "SIZE", 2)
    made = leads(5)
    at = made[0].message.created_at  # all at once: the key decides
    Message.objects.update(created_at=at)
    MessageEntry.objects.update(created_at=at)
    seen, after = [], ""
    for _ in range(3):
        page = results(parse("question"), by=bob, after=after)
        seen += [hit.message.body_text for hit in page.hits]
        after = page.next_cursor
    assert (sorted(seen), after) == ([f"Question {number}" for number in range(1, 6)], "")


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "é", "WyJcdTAwMDAiLCJiIl0"])
def test_a_bad_cursor_is_said(in_alice: Place, bob: User, cursor: str) -> None:
    with pytest.raises(BadCursor):
        results(parse("x"), by=bob, after=cursor)


@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize(
    ("typed", "count"),
    [("question", 3), ("question from:person", 10), ("question in:open", 5), ("label:vip", 6)],
)
def test_a_page_is_always_as_many_queries(
    in_alice: Place, bob: User, items: int, typed: str, count: int, django_assert_num_queries: Count
) -> None:
    """Estimate, bound, search; beside words a look at the newest before; names are looked up first."""
    label = Label.objects.create(name="vip")
    for lead in leads(items):
        at = lead.conversation.last_message_at
        ConversationLabel.objects.create(label=label, conversation=lead.conversation, last_message_at=at)
    with CaptureQueriesContext(connection) as asked:
        hits = results(parse(typed), by=bob).hits
        names = [(hit.message.conversation.contact.display_name, hit.message.author) for hit in hits]
    sql = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert (len(names), len(sql)) == (items, count), sql


def test_what_takes_too_long_is_stopped(
    committed: None, fresh_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody holds the table, and the search does not wait for ever."""
    monkeypatch.setattr(plans, "LONGEST", 50)
    row = fresh_workspace()
    with workspace(row):
        user = User.objects.all()[0]
        from tenants.schema.owner import owner_connection

        with owner_connection() as owner, owner.transaction():
            owner.execute(f'LOCK TABLE "{place_of(row).schema}".contacts_contact'.encode())
            with pytest.raises(TooSlow):
                results(parse("anything"), by=user)
        assert results(parse("anything"), by=user).hits == []


def test_deleting_a_conversation_takes_its_words(in_alice: Place, bob: User) -> None:
    first, _ = leads(2)
    first.conversation.delete()
    assert ([entry.conversation_id for entry in MessageEntry.objects.all()], found("question", by=bob)) == (
        [Conversation.objects.get().id],
        ["Question 2"],
    )


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(
            ["from:", "label:", "in:open", "is:note", "before:2026", "after:9999-12-31", "has:attachment",
             '"', "*", "a*", "'", "\\", "\x00", "%", "question", "':*", "!note", "<->", "&", "from:%_\\"]
        )
        | st.text(max_size=10),
        max_size=12,
    ).map(" ".join)
)  # fmt: skip
def test_whatever_is_asked_is_answered(in_alice: Place, bob: User, text: str) -> None:
    asked = parse(text)
    if not asked.is_empty:
        with transaction.atomic():
            assert results(asked, by=bob).hits == []


def test_other_workspaces_messages_are_not_there(
    in_alice: Place, bob: User, mallory_ws: Workspace, mallory: User
) -> None:
    a_lead(text="needle")
    with workspace(mallory_ws):
        assert found("needle", by=mallory) == []
    assert found("needle", by=bob) == ["needle"]


def test_the_time_of_a_message_is_its_own(in_alice: Place) -> None:
    lead = a_lead()
    entry = MessageEntry.objects.get(message=lead.message)
    assert abs(entry.created_at - lead.message.created_at) < timedelta(microseconds=1)
