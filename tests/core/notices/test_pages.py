"""The bell, its list, and reading what is in it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import TeamRole, User
from core.notices import kinds
from core.notices.domain.notify import notify
from core.notices.domain.pruning import KEPT, prune
from core.notices.kinds import Kind, Line
from core.notices.models import Notice
from core.notices.queries import COUNT_LIMIT, SIZE, unread_count
from tenants.context import Place, workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import part, url
from tests.support import enter

Count = Callable[[int], AbstractContextManager[object]]
GONE = UUID(int=404)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    """Somebody rang the bell of a house; one house is gone."""
    one = Kind(
        key="test.rang",
        icon="bell",
        says="rang at",
        may="use_inbox",
        describe=lambda rows: {
            row.id: Line("<b>the house</b>", "Ding", "/house/") for row in rows if row.about != GONE
        },
    )
    kinds.register(one)
    yield
    del kinds._kinds["test.rang"]


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


def ring(*, to: User, by: User | None = None, about: UUID | None = None, times: int = 1) -> list[UUID]:
    for _ in range(times):
        notify("test.rang", to=[to.id], about=about or uuid4(), by=by)
    return list(Notice.objects.filter(user=to).order_by("id").values_list("id", flat=True))


def test_it_works(alice_ws: Workspace, alice: User, bob: User, bobs: Client) -> None:
    with workspace(alice_ws):
        (one,) = ring(to=bob, by=alice)
    html = bobs.get(url("notices:list")).content.decode()
    assert ("Alice Archer</strong> rang at &lt;b&gt;the house" in html, "<b>the house" in html) == (
        True,
        False,
    )
    assert html.count("told-new") == 1
    assert 'data-count="notices" data-count-url="/notices/count/">1</b>' in html
    assert bobs.get(url("notices:count")).content == b"1"
    assert bobs.post(url("notices:read", one)).status_code == 204
    assert bobs.get(url("notices:count")).content == b""
    assert bobs.get(url("notices:list")).content.count(b"told-new") == 0


def test_nobody_is_told_of_their_own_act_and_nobody_twice(in_alice: Place, alice: User, bob: User) -> None:
    happening = uuid4()
    for _ in range(2):
        notify("test.rang", to=[alice.id, bob.id, bob.id], about=uuid4(), by=alice, happening=happening)
    notify("test.rang", to=[alice.id], about=uuid4(), by=alice)
    assert list(Notice.objects.values_list("user_id", "happening")) == [(bob.id, happening)]


def test_a_kind_that_nobody_registered_is_a_mistake(in_alice: Place, bob: User) -> None:
    with pytest.raises(ValueError, match=r"test\.sang"):
        notify("test.sang", to=[bob.id], about=uuid4(), by=None)
    with pytest.raises(ValueError, match=r"test\.rang"):
        kinds.register(
            Kind(key="test.rang", icon="x", says="rang", may="use_inbox", describe=lambda rows: {})
        )


def test_it_is_ones_own_alone(
    alice_ws: Workspace, alice: User, bob: User, client_for: Callable[..., Client]
) -> None:
    with workspace(alice_ws):
        (one,) = ring(to=bob, by=None)
    hers = client_for(alice)
    assert hers.post(url("notices:read", one)).status_code == 404
    assert hers.post(url("notices:read_all")).status_code == 302
    assert hers.get(url("notices:count")).content == b""
    assert b"rang at" not in hers.get(url("notices:list")).content
    with workspace(alice_ws):
        assert unread_count(bob) == 1


def test_other_workspace_gets_404(
    alice_ws: Workspace, bob: User, mallory: User, client_for: Callable[..., Client]
) -> None:
    with workspace(alice_ws):
        (one,) = ring(to=bob)
    assert client_for(mallory).post(url("notices:read", one)).status_code == 404
    with workspace(alice_ws):
        assert unread_count(bob) == 1


def test_it_checks_permission(alice_ws: Workspace, visitor: Callable[[str], Client]) -> None:
    for name in ("list", "count"):
        answer = visitor(world.ALICE_HOST).get(url(f"notices:{name}"))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, url("account_login"))


def test_bad_input_is_a_clear_error(bobs: Client) -> None:
    assert bobs.get(url("notices:list"), {"after": "x"}).status_code == 404
    assert bobs.get(url("notices:read_all")).status_code == 405


def test_who_lost_the_right_reads_nothing_of_it(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    with workspace(alice_ws):
        ring(to=bob)
        role = TeamRole.objects.create(name="Forms", actions=["manage_forms"])
        User.objects.filter(id=bob.id).update(role="agent", team_role=role)
    html = bobs.get(url("notices:list")).content.decode()
    assert ("Ding" in html, "/house/" in html, "no longer here" in html) == (False, False, True)
    assert 'data-count="notices"' not in html


def test_what_is_gone_says_so(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    with workspace(alice_ws):
        ring(to=bob, about=GONE)
    html = bobs.get(url("notices:list")).content.decode()
    assert ("what is no longer here" in html, 'class="row-link' in html) == (True, False)


@pytest.mark.usefixtures("redis")
def test_support_has_none(alice_ws: Workspace, rosa: User) -> None:
    browser = enter(rosa, alice_ws)
    assert browser.get(url("notices:list")).status_code == 403
    assert b'data-count="notices"' not in browser.get(url("inbox:list")).content


def test_all_are_read_at_once(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    with workspace(alice_ws):
        ring(to=bob, times=2)
    answer = bobs.post(url("notices:read_all"), **part("sheet-body"))
    assert (answer.status_code, answer.content.count(b"told-new"), answer.content.count(b"rang at")) == (
        200,
        0,
        2,
    )
    with workspace(alice_ws):
        assert unread_count(bob) == 0


def test_pages_follow_each_other(alice_ws: Workspace, bob: User, bobs: Client) -> None:
    with workspace(alice_ws):
        ids = ring(to=bob, times=SIZE + 2)
    html = bobs.get(url("notices:list"), **part("sheet-body")).content.decode()
    after = html.partition("?after=")[2].partition('"')[0]
    rest = bobs.get(f"{url('notices:list')}?after={after}", **part("more-notices")).content.decode()
    both = [piece.partition('"')[0] for piece in (html + rest).split('id="notice-')[1:]]
    assert both == [str(id) for id in reversed(ids)]
    assert 'id="more-notices"' not in rest


def test_the_bell_stops_counting(in_alice: Place, bob: User, alice_ws: Workspace, bobs: Client) -> None:
    ring(to=bob, times=COUNT_LIMIT + 2)
    assert bobs.get(url("notices:count")).content == b"99+"


@pytest.mark.parametrize("items", [1, 3])
def test_it_asks_a_constant_number_of_questions(
    alice_ws: Workspace, alice: User, bob: User, bobs: Client, django_assert_num_queries: Count, items: int
) -> None:
    with workspace(alice_ws):
        ring(to=bob, by=alice, times=items)
    bobs.get(url("notices:list"), **part("sheet-body"))
    with django_assert_num_queries(4):  # session, user, the page, how many are new
        html = bobs.get(url("notices:list"), **part("sheet-body")).content
    assert html.count(b"told-new") == items


def test_what_is_old_goes(in_alice: Place, bob: User) -> None:
    old, kept = ring(to=bob, times=2)
    now = timezone.now()
    Notice.objects.filter(id=old).update(created_at=now - KEPT - timedelta(minutes=1))
    Notice.objects.filter(id=kept).update(created_at=now - KEPT + timedelta(minutes=1), read_at=now)
    prune()
    assert list(Notice.objects.values_list("id", flat=True)) == [kept]
