"""Saved views: who sees, changes and shares which, their figures and order, and what of them is gone."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from redis import Redis

from core.accounts.domain.teams import delete_team
from core.accounts.models import Team, User
from core.losses import losses_of
from core.realtime.stream import STREAM
from inbox.conversations.domain.labels import delete_label, make_label
from inbox.conversations.domain.sorting import add_label, assign, set_priority
from inbox.conversations.enums import Priority
from inbox.conversations.filters import ListFilter, View
from inbox.saved import queries
from inbox.saved.domain import saved as domain
from inbox.saved.domain.saved import move_view, save_view
from inbox.saved.models import SavedView
from inbox.saved.queries import saved_counts, saved_for
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, leads, part, url
from tests.support import enter

ClientFor = Callable[[User], Client]
Count = Callable[[int], AbstractContextManager[object]]
URGENT = ListFilter(view=View.OPEN, priority=Priority.URGENT)


@pytest.fixture(autouse=True)
def none_yet(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        SavedView.objects.all().delete()


def a_view(row: Workspace, *, name: str = "Hot", owner: User | None = None, **narrowed: Any) -> SavedView:
    with workspace(row):
        made = SavedView(name=name, owner=owner)
        made.shown = ListFilter(**(narrowed or {"priority": Priority.URGENT}))
        made.save()
        return made


def kept(row: Workspace) -> list[tuple[str, str, object]]:
    with workspace(row):
        rows = SavedView.objects.order_by("position", "name")
        return [(one.name, one.shown.query, one.owner_id) for one in rows]


def strip_of(client: Client, query: str = "") -> str:
    """What stands above the list."""
    html = client.get(f"{url('inbox:list')}{query}").content.decode()
    return html.partition('id="list-shelf"')[2].partition("</nav>")[0]


def test_it_works(alice_ws: Workspace, bob: User, client_for: ClientFor) -> None:
    bobs = client_for(bob)
    with workspace(alice_ws):
        for lead in leads(2):
            set_priority(lead.conversation, priority=Priority.URGENT, by=bob)
    new = f"{url('saved:new')}?{URGENT.query}"
    assert new.replace("&", "&amp;") in strip_of(bobs, f"?{URGENT.query}")
    assert f'action="{new.replace("&", "&amp;")}"' in bobs.get(new).content.decode()
    answer = bobs.post(new, {"name": "  Hot   ones "})
    assert (answer.status_code, answer["Location"]) == (302, f"{url('inbox:list')}?{URGENT.query}")
    assert kept(alice_ws) == [("Hot ones", URGENT.query, bob.id)]
    strip = strip_of(bobs, f"?{URGENT.query}")
    assert strip.count('aria-current="page"') == 1
    assert ("Hot ones" in strip, '<b class="num">2</b>' in strip, "Save this view" in strip) == (
        True,
        True,
        False,
    )
    with workspace(alice_ws):
        one = SavedView.objects.get()
    assert bobs.post(url("saved:edit", one.id), {"name": "Hot", "shared": "on"}).status_code == 302
    assert kept(alice_ws) == [("Hot", URGENT.query, None)]
    assert bobs.post(url("saved:delete", one.id)).status_code == 302
    assert kept(alice_ws) == []


def test_fresh_counts_bring_the_views_along(alice_ws: Workspace, bob: User, client_for: ClientFor) -> None:
    a_view(alice_ws, name="Everybody sees me")
    html = client_for(bob).get(url("inbox:list"), **part("inbox-tabs")).content.decode()
    assert html.count('id="list-shelf" hx-swap-oob="outerMorph"') == html.count("Everybody sees me") == 1
    whole = client_for(bob).get(url("inbox:list")).content.decode()
    assert (whole.count('id="list-shelf"'), whole.count('id="list-shelf" hx-swap-oob')) == (1, 0)


def test_figures_differ_by_person(in_alice: Place, bob: User, charlie: User) -> None:
    """A shared view of what is mine counts everybody's own."""
    first, *rest = leads(3)
    assign(first.conversation, to=bob, by=bob)
    for lead in rest:
        assign(lead.conversation, to=charlie, by=bob)
    save_view(None, name="Mine", shown=ListFilter(view=View.MINE), shared=True, by=bob)
    assert [list(saved_counts(user, rows=list(saved_for(user))).values()) for user in (bob, charlie)] == [
        [1],
        [2],
    ]


@pytest.mark.parametrize(
    ("name", "why"), [("", "Give the view a name"), ("x" * 61, "at most 60"), ("HOT", "“HOT” already")]
)
def test_bad_input_is_a_clear_error(
    alice_ws: Workspace, bob: User, client_for: ClientFor, name: str, why: str
) -> None:
    a_view(alice_ws)
    before = kept(alice_ws)
    answer = client_for(bob).post(
        f"{url('saved:new')}?{URGENT.query}", {"name": name, "shared": "on"}, **part("sheet-body")
    )
    assert (answer.status_code, why in answer.content.decode(), kept(alice_ws)) == (422, True, before)


def test_a_filter_that_is_none_cannot_be_saved(alice_ws: Workspace, bob: User, client_for: ClientFor) -> None:
    for query in ("view=secret", "label=1", "priority=9"):
        assert client_for(bob).post(f"{url('saved:new')}?{query}", {"name": "x"}).status_code == 404
    assert kept(alice_ws) == []


def test_a_private_one_is_ones_own(
    alice_ws: Workspace, alice: User, charlie: User, client_for: ClientFor
) -> None:
    """Not even an admin has another's."""
    own = a_view(alice_ws, name="Charlie's secret", owner=charlie)
    admins, charlies = client_for(alice), client_for(charlie)
    for name in ("edit", "delete"):
        assert admins.get(url(f"saved:{name}", own.id)).status_code == 404
        assert charlies.get(url(f"saved:{name}", own.id)).status_code == 200
    assert admins.post(url("saved:move", own.id), {"to": "up"}).status_code == 404
    for address in (url("inbox:list"), url("saved:list")):
        found = [b"s secret" in client.get(address).content for client in (admins, charlies)]
        assert found == [False, True]


def test_it_checks_permission(
    alice_ws: Workspace, charlie: User, client_for: ClientFor, visitor: Callable[[str], Client]
) -> None:
    """An agent uses the shared ones, changes none and shares none."""
    one = a_view(alice_ws)
    charlies = client_for(charlie)
    for name in ("edit", "delete", "move"):
        values = {"name": "Cold", "to": "up"}
        assert charlies.post(url(f"saved:{name}", one.id), values).status_code == 403
    assert (
        charlies.post(f"{url('saved:new')}?{URGENT.query}", {"name": "Own", "shared": "on"}).status_code
        == 302
    )
    assert [(name, owner) for name, _, owner in kept(alice_ws)] == [("Hot", None), ("Own", charlie.id)]
    html = charlies.get(url("saved:list")).content.decode()
    assert ("Hot" in html, url("saved:edit", one.id) in html) == (True, False)
    assert visitor(world.ALICE_HOST).get(url("saved:list")).status_code == 302


def test_other_workspace_gets_404(alice_ws: Workspace, mallory: User, client_for: ClientFor) -> None:
    one = a_view(alice_ws)
    for name in ("edit", "delete", "move"):
        assert client_for(mallory).post(url(f"saved:{name}", one.id), {"to": "up"}).status_code == 404


@pytest.mark.usefixtures("redis")
def test_support_has_none_of_its_own(alice_ws: Workspace, rosa: User) -> None:
    browser = enter(rosa, alice_ws)
    assert browser.post(f"{url('saved:new')}?{URGENT.query}", {"name": "Seen"}).status_code == 302
    assert kept(alice_ws) == [("Seen", URGENT.query, None)]


class TestGone:
    def test_a_view_of_a_deleted_label_says_so_and_shows_nothing(
        self, alice_ws: Workspace, bob: User, client_for: ClientFor
    ) -> None:
        with workspace(alice_ws):
            label = make_label(name=f"Gone {uuid4().hex[:8]}", hue=0)
            lead = a_lead(name="Somebody Labelled")
            add_label(lead.conversation, label=label, by=bob)
        one = a_view(alice_ws, label=label.id)
        bobs = client_for(bob)
        assert "Its label was deleted" not in strip_of(bobs)
        with workspace(alice_ws):
            delete_label(label)
        assert "Its label was deleted" in strip_of(bobs)
        answer = bobs.get(f"{url('inbox:list')}?{one.shown.query}")
        rows = answer.content.decode().partition('id="conversation-list"')[2].partition("</ul>")[0]
        assert (answer.status_code, "Somebody Labelled" in rows) == (200, False)
        assert "a label that was deleted" in bobs.get(url("saved:list")).content.decode()
        assert bobs.post(url("saved:edit", one.id), {"name": "Old", "shared": "on"}).status_code == 302
        assert bobs.post(url("saved:delete", one.id)).status_code == 302

    def test_a_view_of_a_deleted_team_says_so(
        self, alice_ws: Workspace, bob: User, client_for: ClientFor
    ) -> None:
        with workspace(alice_ws):
            team = Team.objects.create(name=f"Gone {uuid4().hex[:8]}")
        a_view(alice_ws, team=team.id)
        assert "Its team was deleted" not in strip_of(client_for(bob))
        with workspace(alice_ws):
            delete_team(team)
        assert "Its team was deleted" in strip_of(client_for(bob))


class TestDeletedSorting:
    """What the sheet that deletes a label or a team says of the views that name it."""

    @pytest.fixture(params=["label", "team"])
    def sheet(self, request: pytest.FixtureRequest, alice_ws: Workspace) -> tuple[str, dict[str, Any]]:
        with workspace(alice_ws):
            if request.param == "label":
                label = make_label(name=f"L {uuid4().hex[:8]}", hue=0)
                return url("inbox:label_delete", label.id), {"label": label.id}
            team: Team = Team.objects.create(name=f"T {uuid4().hex[:8]}")
            return url("team:team_delete", team.id), {"team": team.id}

    def test_it_works(
        self, alice_ws: Workspace, alice: User, bob: User, charlie: User, client_for: ClientFor, sheet: Any
    ) -> None:
        address, narrowed = sheet
        a_view(alice_ws, name="Shared one", **narrowed)
        a_view(alice_ws, name="My own", owner=alice, **narrowed)
        a_view(alice_ws, name="Secret of Bob", owner=bob, **narrowed)
        a_view(alice_ws, name="Secret of Charlie", owner=charlie, view=View.MINE, **narrowed)
        a_view(alice_ws, name="Of something else")
        html = client_for(alice).get(address).content.decode()
        assert (
            "These show nothing from then on: 1 shared view (“Shared one”), 1 view of your own (“My own”), "
            "2 private views of others." in html
        )
        assert "This cannot be undone." in html
        assert [name for name in ("Secret of", "Of something else") if name in html] == []

    def test_many_are_counted(
        self, alice_ws: Workspace, alice: User, client_for: ClientFor, sheet: Any
    ) -> None:
        address, narrowed = sheet
        for number in range(7):
            a_view(alice_ws, name=f"V{number}", **narrowed)
        said = "7 shared views (“V0”, “V1”, “V2”, “V3”, “V4” and 2 more)."
        assert said in client_for(alice).get(address).content.decode()

    def test_of_what_no_view_names_nothing_is_said(
        self, alice_ws: Workspace, alice: User, client_for: ClientFor, sheet: Any
    ) -> None:
        a_view(alice_ws, name="Of something else")
        html = client_for(alice).get(sheet[0]).content.decode()
        assert ("show nothing" in html, "This cannot be undone." in html) == (False, True)

    @pytest.mark.parametrize("items", [1, 3])
    def test_it_is_one_question(
        self, alice_ws: Workspace, alice: User, sheet: Any, items: int, django_assert_num_queries: Count
    ) -> None:
        narrowed = sheet[1]
        for number in range(items):
            a_view(alice_ws, name=f"V{number}", **narrowed)
        with workspace(alice_ws), django_assert_num_queries(1):
            assert len(losses_of(*narrowed.values(), asked_by=alice.id)) == 1


class TestOrder:
    def test_it_works(self, alice_ws: Workspace, bob: User, client_for: ClientFor) -> None:
        with workspace(alice_ws):
            rows = [save_view(None, name=name, shown=URGENT, shared=True, by=bob) for name in "ABC"]
        bobs = client_for(bob)
        assert bobs.post(url("saved:move", rows[2].id), {"to": "up"}).status_code == 302
        assert [name for name, *_ in kept(alice_ws)] == ["A", "C", "B"]
        bobs.post(url("saved:move", rows[0].id), {"to": "down"})
        assert [name for name, *_ in kept(alice_ws)] == ["C", "A", "B"]
        bobs.post(url("saved:move", rows[2].id), {"to": "up"})
        assert [name for name, *_ in kept(alice_ws)] == ["C", "A", "B"]
        assert bobs.post(url("saved:move", rows[2].id), {"to": "left"}).status_code == 400

    def test_ones_own_stand_before_the_shared(self, in_alice: Place, bob: User) -> None:
        save_view(None, name="Shared", shown=URGENT, shared=True, by=bob)
        own = save_view(None, name="Own", shown=URGENT, shared=False, by=bob)
        move_view(own, step=1, by=bob)
        assert [row.name for row in saved_for(bob)] == ["Own", "Shared"]


def test_who_is_told(
    in_alice: Place, bob: User, redis: "Redis", in_commit: Callable[[], AbstractContextManager[Any]]
) -> None:
    """Of a shared view everybody, of one's own only oneself."""
    with in_commit():
        save_view(None, name="Own", shown=URGENT, shared=False, by=bob)
        save_view(None, name="Shared", shown=URGENT, shared=True, by=bob)
    rows: Any = redis.xrange(STREAM)
    said = [
        (json.loads(fields[b"b"])["t"], str(bob.id).encode() in b"".join(fields.values()))
        for _, fields in rows
    ]
    assert said == [("views_changed", True), ("views_changed", False)]


def test_there_are_so_many_at_most(in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "MOST", 1)
    save_view(None, name="One", shown=URGENT, shared=True, by=bob)
    with pytest.raises(ValidationError, match="There are 1 already"):
        save_view(None, name="Two", shown=URGENT, shared=True, by=bob)
    own = save_view(None, name="Own", shown=URGENT, shared=False, by=bob)
    with pytest.raises(ValidationError, match="There are 1 already"):
        save_view(own, name="Own", shown=URGENT, shared=True, by=bob)


def test_only_the_first_are_counted(in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 1)
    first = save_view(None, name="One", shown=URGENT, shared=True, by=bob)
    save_view(None, name="Two", shown=URGENT, shared=True, by=bob)
    assert saved_counts(bob, rows=list(saved_for(bob))) == {first.id: 0}


@pytest.mark.parametrize("items", [1, 3])
def test_they_are_two_questions_more(
    alice_ws: Workspace, in_alice: Place, bob: User, items: int, django_assert_num_queries: Count
) -> None:
    label = make_label(name=f"L {uuid4().hex[:8]}", hue=0)
    for number in range(items):
        a_view(alice_ws, name=f"V{number}", label=label.id, priority=Priority.HIGH)
    with django_assert_num_queries(2):
        rows = list(saved_for(bob))
        counts = saved_counts(bob, rows=rows)
    assert [counts[row.id] for row in rows] == [0] * items


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("items", [1, 3])
def test_pages_ask_a_constant_number_of_questions(
    alice_ws: Workspace, bob: User, client_for: ClientFor, items: int, django_assert_num_queries: Count
) -> None:
    for number in range(items):
        a_view(alice_ws, name=f"V{number}")
    bobs = client_for(bob)
    for address, extra, expected in (
        (url("saved:list"), {}, 5),  # session, user, rows, counts of rail and bell
        (url("inbox:list"), part("inbox-tabs"), 5),  # session, user, counts, views, their counts
    ):
        bobs.get(address, **extra)
        with django_assert_num_queries(expected):
            assert bobs.get(address, **extra).content.count(b"V") >= items
