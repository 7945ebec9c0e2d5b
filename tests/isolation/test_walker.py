"""The walker is not blind: every hole of leaky.py is found, and called what it is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from redis import Redis

from core.accounts.models import User
from core.contacts.models import Company, Contact
from tenants.context import place_of, platform, workspace
from tenants.models import Workspace
from tests.conftest import rolled_back
from tests.isolation import leaky
from tests.isolation.fingerprint import Fingerprint, differences
from tests.isolation.planted import Planted, tail
from tests.isolation.reads import everything, view_reads
from tests.isolation.routes import Part, Route, Unfilled, plain
from tests.isolation.sought import Sought
from tests.isolation.walker import Walker


@pytest.fixture
def leaking(settings: Any, mallory_ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaky, "there", [place_of(mallory_ws)])
    settings.SITE_URLCONFS = {
        **settings.SITE_URLCONFS,
        "workspace": "tests.isolation.leaky_workspace",
        "reseller": "tests.isolation.leaky_reseller",
    }


@pytest.fixture
def walker(
    leaking: None,
    client_for: Callable[..., Client],
    alice: User,
    ours: Planted,
    theirs: Planted,
    their_side: Planted,
    mallory_ws: Workspace,
    redis: Redis,
) -> Walker:
    watch = Fingerprint(mallory_ws, their_side, alone=True)
    return Walker(client_for(alice), ours=ours, theirs=[theirs, their_side], watch=watch, redis=redis)


@pytest.mark.parametrize("hole", leaky.HOLES)
def test_every_hole_is_found(walker: Walker, hole: str) -> None:
    rest, kinds = leaky.HOLES[hole]
    route = Route("workspace", f"hole/{hole}/{rest}", getattr(leaky, hole))
    assert {finding.kind for finding in walker.walk([route])} == kinds


def test_a_finding_says_where_and_how(walker: Walker, theirs: Planted) -> None:
    [first, *_] = walker.walk([Route("workspace", "hole/by_query/", leaky.by_query)])
    contact: Any = theirs.first("contacts.Contact")
    assert str(first).startswith("leak: workspace /hole/by_query/, GET ")
    assert first.detail == contact.name


def test_a_console_that_forgets_its_scope_is_found(
    leaking: None,
    client_for: Callable[..., Client],
    rosa: User,
    our_side: Planted,
    their_side: Planted,
    mallory_ws: Workspace,
    redis: Redis,
) -> None:
    watch = Fingerprint(mallory_ws, their_side, alone=True)
    walker = Walker(client_for(rosa), ours=our_side, theirs=[their_side], watch=watch, redis=redis)
    route = Route("reseller", "hole/unscoped/<uuid:workspace_id>/", leaky.unscoped)
    assert {finding.kind for finding in walker.walk([route])} == {"leak", "not refused", "crash"}


def test_what_was_written_is_seen_where_it_was(
    mallory_ws: Workspace, theirs: Planted, their_side: Planted
) -> None:
    """Whatever was looked at before, and taken back since."""
    watch = Fingerprint(mallory_ws, their_side, alone=True)
    before = watch.look()
    with workspace(mallory_ws):
        with rolled_back():
            Contact.objects.update(title="taken over")
            assert differences(before, watch.look()) == ["workspace: contacts_contact"]
        assert watch.look() == before
        Company.objects.update(name="taken over")
    assert differences(before, watch.look()) == ["workspace: contacts_company"]
    with platform():
        Workspace.objects.filter(id=mallory_ws.id).update(owner_name="taken over")
    changed = ["public: tenants_workspace", "workspace: contacts_company"]
    assert differences(before, watch.look()) == changed
    assert differences(before, Fingerprint(mallory_ws, their_side).look()) == changed


def test_an_echo_of_what_was_sent_is_no_finding(walker: Walker, theirs: Planted) -> None:
    from django.http import HttpResponse

    word, other = theirs.words[:2]
    assert walker.seen(HttpResponse(f"You asked for {word}"), sent=word) == []
    assert walker.seen(HttpResponse(f"{word} and {other}"), sent=word) == [other]
    assert walker.seen(HttpResponse(tail(other)), sent=word) == [other]
    assert walker.seen(HttpResponse(f"a0{tail(other)}0a"), sent=word) == [other]


def test_an_id_is_seen_however_it_is_spelled(walker: Walker, theirs: Planted) -> None:
    from django.http import HttpResponse

    id, other = theirs.id_of("contacts.Contact"), theirs.id_of("contacts.Company")
    for text in (id, id.replace("-", ""), f"/{id}/", f"aa{id}ff", f"00{id.replace('-', '')}ff"):
        assert walker.seen(HttpResponse(text), sent="") == [id]
    assert walker.seen(HttpResponse(f"{id}{other.replace('-', '')}"), sent=id) == [other]
    with pytest.raises(AssertionError, match="never be found"):
        Sought(["zq-a-word-with-hyphens"], [])


def test_an_address_that_cannot_be_filled_is_named(ours: Planted) -> None:
    with pytest.raises(Unfilled, match="<uuid:thing_id> names no model"):
        Route("workspace", "things/<uuid:thing_id>/", leaky.search).own(ours)
    with pytest.raises(Unfilled, match="<colour:shade>"):
        Route("workspace", "<colour:shade>/", leaky.search).own(ours)
    assert plain(r"^(?P<digest>[0-9a-f]{16})\.css$") == "<hex16:digest>.css"
    assert Part("uuid", "key_id").label == "api.ApiKey"


def test_what_a_view_reads_is_found() -> None:
    from inbox.conversations.views import lists, sorting, writes

    assert view_reads(lists.conversation_list).params == {"view", "label", "team", "priority", "after"}
    assert view_reads(lists.conversation_list).parts == {"inbox-list", "inbox-tabs", "more-rows"}
    assert "to" in view_reads(sorting.set_assignee).params
    assert "text" in view_reads(writes.reply).names
    assert {"Idempotency-Key", "X-Forwarded-For"} <= everything().headers


def test_what_an_endpoint_of_the_api_reads_is_found() -> None:
    from tests.isolation.routes import routes

    [leads] = [route for route in routes("workspace") if route.template == "api/v1/leads"]
    reads = view_reads(leads.view)
    assert {"email", "external_id"} <= reads.names
    assert "LeadIn" in {schema.__name__ for schema in reads.schemas}
