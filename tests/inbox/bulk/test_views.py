"""The bar, its menus and the jobs as pages: who may, what is refused, and what is answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.bulk.domain.ask import ask
from inbox.bulk.domain.run import run
from inbox.bulk.enums import Act
from inbox.bulk.models import BulkBatch, BulkJob
from inbox.conversations.domain.labels import make_label
from inbox.conversations.models import Conversation
from tenants.context import platform, workspace
from tenants.ids import uuid7
from tenants.models import Workspace
from tests import world
from tests.inbox.bulk.conftest import finished
from tests.inbox.makers import leads, part, url

KINDS = ("assign", "label", "unlabel", "priority", "snooze", "more")


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


@pytest.fixture
def rows(alice_ws: Workspace) -> list[Conversation]:
    with workspace(alice_ws):
        make_label(name="Invoice", hue=0)
        return [lead.conversation for lead in leads(3)]


@pytest.fixture
def job(alice_ws: Workspace, bob: User, rows: list[Conversation]) -> BulkJob:
    with workspace(alice_ws):
        return ask(bob, act=Act.RESOLVE, value={}, says="Resolve", ids=[row.id for row in rows])


def start(browser: Client, **sent: Any) -> Any:
    return browser.post(url("bulk:start"), sent, **part("bulk-form"))


def test_it_works(alice_ws: Workspace, bobs: Client, rows: list[Conversation]) -> None:
    answer = start(bobs, do="resolve", id=[str(row.id) for row in rows[:2]])
    assert (answer.status_code, b"0 of 2 conversations" in answer.content) == (200, True)
    answer = start(bobs, do="pending", all="1", query="view=open")
    assert b"0 of 3 conversations" in answer.content
    with workspace(alice_ws):
        first, second = BulkJob.objects.order_by("created_at")
        assert set(BulkBatch.objects.get(job=first).ids) == {str(row.id) for row in rows[:2]}
        run(second.id)
        assert set(Conversation.objects.values_list("state", flat=True)) == {"pending"}
    html = bobs.get(url("bulk:jobs")).content.decode()
    assert (html.count('data-live="job"'), "3 conversations changed" in html) == (2, True)
    undone = bobs.post(url("bulk:undo", second.id), **part("bulk-jobs"))
    assert b"Taking back" in undone.content
    stopped = bobs.post(url("bulk:stop", first.id))
    assert (stopped.status_code, stopped["Location"]) == (302, url("inbox:list"))


@pytest.mark.parametrize("kind", KINDS)
def test_menus_are_parts_with_a_token(bobs: Client, rows: list[Conversation], kind: str) -> None:
    html = bobs.get(url("bulk:menu", kind), **part("menu")).content.decode()
    assert ("<html" in html, "menu-item" in html, "csrfmiddlewaretoken" in html) == (False, True, True)
    assert ('value="delete"' in html) == (kind == "more")
    assert bobs.get(url("bulk:menu", "nothing")).status_code == 404


def test_all_that_match_are_counted(bobs: Client, rows: list[Conversation]) -> None:
    assert bobs.get(url("bulk:count") + "?view=open").content == b"3"
    assert bobs.get(url("bulk:count") + "?view=resolved").content == b"0"
    assert bobs.get(url("bulk:count") + "?view=x").status_code == 404


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"id": "x"}, "Say what to do with them."),
        ({"do": "explode", "id": "x"}, "Say what to do with them."),
        ({"do": "resolve"}, "Choose the conversations first."),
        ({"do": "resolve", "id": "x"}, "These conversations are not known here."),
        ({"do": "resolve", "id": [str(uuid7()) for _ in range(201)]}, "Choose at most 200 one by one"),
        ({"do": "resolve", "id": str(uuid7())}, "None of these conversations is there any more."),
        ({"do": "resolve", "all": "1", "query": "view=x"}, "This list is not known here."),
        ({"do": "resolve", "all": "1", "query": "label=%00"}, "This list is not known here."),
        ({"do": "assign", "to": "x", "all": "1"}, "That person is not in the team any more."),
        ({"do": "team", "team": "x", "all": "1"}, "That team is gone."),
        ({"do": "label", "label": "x", "all": "1"}, "That label is gone."),
        ({"do": "priority", "priority": "7", "all": "1"}, "Say which priority: 0 for none to 4 for urgent."),
        ({"do": "snooze", "until": "tomorrow", "all": "1"}, "Say until when: a day and a time."),
        ({"do": "snooze", "until": "2020-01-01T10:00:00Z", "all": "1"}, "That time has passed."),
        ({"do": "snooze", "until": "2999-01-01T10:00:00Z", "all": "1"}, "A conversation sleeps for a year"),
    ],
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bobs: Client, rows: list[Conversation], sent: dict[str, Any], said: str
) -> None:
    answer = bobs.post(url("bulk:start"), sent)
    assert (answer.status_code, said in answer.content.decode()) == (400, True), answer.content
    told = json.loads(start(bobs, **sent)["HX-Trigger"])["toast"]
    assert (told["level"], said in told["text"]) == ("error", True)
    with workspace(alice_ws):
        assert BulkJob.objects.count() == 0


def test_it_checks_permission(job: BulkJob, visitor: Callable[[str], Client]) -> None:
    browser = visitor(world.ALICE_HOST)
    answers = [browser.post(url(f"bulk:{name}", job.id)) for name in ("stop", "undo")]
    answers += [
        browser.post(url("bulk:start")),
        browser.get(url("bulk:jobs")),
        browser.get(url("bulk:count")),
    ]
    assert {(answer.status_code, answer["Location"].partition("?")[0]) for answer in answers} == {
        (302, url("account_login"))
    }


def test_an_agent_deletes_nothing(
    charlie: User, client_for: Callable[[User], Client], rows: list[Conversation]
) -> None:
    browser = client_for(charlie)
    assert start(browser, do="delete", id=str(rows[0].id)).status_code == 403
    assert b'value="delete"' not in browser.get(url("bulk:menu", "more")).content
    assert start(browser, do="resolve", id=str(rows[0].id)).status_code == 200


def test_who_may_not_delete_any_more_takes_no_deletion_back(
    alice_ws: Workspace, bob: User, bobs: Client, rows: list[Conversation]
) -> None:
    with workspace(alice_ws):
        job = ask(bob, act=Act.DELETE, value={}, says="Delete", ids=[rows[0].id])
        finished(job)
        User.objects.filter(id=bob.id).update(role="agent")
    assert bobs.post(url("bulk:undo", job.id)).status_code == 403
    with workspace(alice_ws):
        job.refresh_from_db()
        assert job.state == "done"
        assert Conversation.objects.get(id=rows[0].id).state == "deleted"


def test_a_job_is_its_owners_alone(
    alice: User, mallory: User, job: BulkJob, client_for: Callable[[User], Client]
) -> None:
    for user in (alice, mallory):
        for name in ("stop", "undo"):
            assert client_for(user).post(url(f"bulk:{name}", job.id)).status_code == 404
        assert b"data-live" not in client_for(user).get(url("bulk:jobs")).content


def test_other_workspace_gets_404(
    mallory: User, mallory_ws: Workspace, rows: list[Conversation], client_for: Callable[[User], Client]
) -> None:
    answer = client_for(mallory).post(url("bulk:start"), {"do": "delete", "id": str(rows[0].id)})
    assert (answer.status_code, answer.content) == (400, b"None of these conversations is there any more.")
    with workspace(mallory_ws):
        assert BulkJob.objects.count() == 0


def test_a_read_only_workspace_refuses(alice_ws: Workspace, bobs: Client, rows: list[Conversation]) -> None:
    with platform():
        Workspace.objects.filter(id=alice_ws.id).update(state=Workspace.State.PAST_DUE)
    answer = start(bobs, do="resolve", id=str(rows[0].id))
    assert (answer.status_code, answer["X-Refusal"]) == (403, "read-only")
    with workspace(alice_ws):
        assert BulkJob.objects.count() == 0


def test_it_is_not_over_yet(bobs: Client, job: BulkJob) -> None:
    answer = bobs.post(url("bulk:undo", job.id))
    assert (answer.status_code, answer.content) == (400, b"It is not over yet. Stop it first.")


@pytest.mark.parametrize("items", [1, 3])
def test_jobs_are_one_query(
    alice_ws: Workspace, bob: User, bobs: Client, rows: list[Conversation], items: int,
    django_assert_num_queries: Callable[[int], Any],
) -> None:  # fmt: skip
    with workspace(alice_ws):
        for _ in range(items):
            ask(bob, act=Act.RESOLVE, value={}, says="Resolve", ids=[rows[0].id])
    bobs.get(url("bulk:jobs"))
    with django_assert_num_queries(3):  # session, user, jobs
        answer = bobs.get(url("bulk:jobs"))
    assert answer.content.count(b'data-live="job"') == items


def test_the_list_has_a_bar_and_boxes(bobs: Client, rows: list[Conversation]) -> None:
    html = bobs.get(url("inbox:list")).content.decode()
    assert (html.count('class="row-check"'), html.count('id="bulk-form"')) == (3, 1)
