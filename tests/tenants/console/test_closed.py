"""What is closed or not there yet stays as it is: the server refuses each act, not a hidden button."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from branding.models import Brand
from core.accounts.models import User
from tenants.context import Place, platform
from tenants.hosts import addresses
from tenants.models import Domain, Reseller, Workspace

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
SECOND = "crm.alice.test"
PAST = {"purge_at": timezone.now()}
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "archived": ({"state": "archived"}, "Alice's is archived. Restore it before you change it."),
    "deleted": ({"state": "deleted", **PAST}, "Alice's is deleted. Restore it before you change it."),
    "building": ({"state": "building"}, "Alice's is still being set up. Change it when it is ready."),
    "restoring": (
        {"state": "building", "archive": "x.zip"},
        "Alice's is still being restored. Change it when it is ready.",
    ),
}
OPEN = ("active", "past_due", "suspended")
ACTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "rename": ("rosa", "/workspaces/{0}/rename/", {"name": "Wonderland"}),
    "add": ("rosa", "/workspaces/{0}/domains/new/", {"host": "late.example.com"}),
    "primary": ("rosa", "/workspaces/{0}/domains/{1}/primary/", {}),
    "remove": ("rosa", "/workspaces/{0}/domains/{1}/remove/", {}),
    "move": ("rosa", "/workspaces/{0}/domains/{1}/move/", {"workspace": "{2}"}),
    "away": ("olga", "/workspaces/{0}/move/", {"reseller": "{3}"}),
    "brand": ("rosa", "/settings/brand/{0}/", {"name": "Wonderland", "font": ""}),
}


@pytest.fixture
def second(alice_ws: Workspace) -> Domain:
    with platform():
        return addresses.add_domain(alice_ws, host=SECOND)


@pytest.fixture
def sister(alice_ws: Workspace) -> Workspace:
    with platform():
        return Workspace.objects.create(
            reseller=alice_ws.reseller,
            name="Sister",
            owner_email="s@s.test",
            state="active",
            schema="w_sister",
        )


def put(row: Workspace, **values: Any) -> None:
    with platform():
        Workspace.objects.filter(id=row.id).update(**values)


def everything() -> tuple[list[Any], ...]:
    """All that the acts could change."""
    with platform():
        rows = Workspace.objects.order_by("id").values_list(
            "id", "name", "state", "reseller_id", "starter_id"
        )
        domains = Domain.objects.order_by("host").values_list("host", "workspace_id", "is_primary")
        return list(rows), list(domains), list(Brand.objects.order_by("id").values_list("id", "name"))


@pytest.fixture
def send(
    client_for: ClientFor,
    request: pytest.FixtureRequest,
    alice_ws: Workspace,
    second: Domain,
    sister: Workspace,
) -> Callable[..., Any]:
    """Post an act, past every page that might offer it, or ask for its sheet."""
    with platform():
        rita = Reseller.objects.get(slug="rita")
    ids = (alice_ws.id, second.id, sister.id, rita.id)

    def act(name: str, method: str = "post") -> Any:
        who, path, data = ACTS[name]
        filled = {field: value.format(*ids) for field, value in data.items()} if method == "post" else {}
        client = client_for(request.getfixturevalue(who))
        return getattr(client, method)(path.format(*ids), filled, follow=True)

    return act


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", SAID)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_closed_one_stays_as_it_is(
    send: Callable[..., Any], alice_ws: Workspace, act: str, state: str, method: str
) -> None:
    values, said = SAID[state]
    put(alice_ws, **values)
    before = everything()
    page = send(act, method)
    assert [(note.level_tag, str(note)) for note in page.context["notices"]] == [("error", said)]
    assert everything() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("state", OPEN)
def test_an_open_one_changes(send: Callable[..., Any], alice_ws: Workspace, act: str, state: str) -> None:
    put(alice_ws, state=state)
    before = everything()
    page = send(act)
    assert [note.level_tag for note in page.context["notices"]] == ["success"]
    assert everything() != before


@pytest.mark.parametrize("state", SAID)
def test_the_acts_refuse_by_themselves(
    on_platform: Place, alice_ws: Workspace, second: Domain, sister: Workspace, state: str
) -> None:
    """Also when it was closed between the page's question and the act, and for a domain that would arrive."""
    values, said = SAID[state]
    put(alice_ws, **values)
    addresses.add_domain(sister, host="sister.test")
    spare = addresses.add_domain(sister, host="spare.sister.test")
    rita = Reseller.objects.get(slug="rita")
    before = everything()
    for act in (
        lambda: addresses.rename(alice_ws, name="Wonderland"),
        lambda: addresses.add_domain(alice_ws, host="late.example.com"),
        lambda: addresses.make_primary(second),
        lambda: addresses.remove_domain(second),
        lambda: addresses.move_domain(second, to=sister),
        lambda: addresses.move_domain(spare, to=alice_ws),
        lambda: addresses.move_workspace(alice_ws, to=rita),
    ):
        with pytest.raises(ValidationError) as refused:
            act()
        assert refused.value.messages == [said]
    assert everything() == before


@pytest.mark.parametrize("state", SAID)
def test_no_domain_is_offered_a_closed_one(
    client_for: ClientFor, rosa: User, alice_ws: Workspace, second: Domain, sister: Workspace, state: str
) -> None:
    put(sister, **SAID[state][0])
    path = f"/workspaces/{alice_ws.id}/domains/{second.id}/move/"
    client = client_for(rosa)
    assert "Sister" not in client.get(path).content.decode()
    assert client.post(path, {"workspace": sister.id}).status_code == 422


@pytest.mark.parametrize("state", SAID)
def test_its_page_offers_none_of_it(
    client_for: ClientFor, rosa: User, olga: User, alice_ws: Workspace, second: Domain, state: str
) -> None:
    put(alice_ws, **SAID[state][0])
    words = ("Rename", ">Move<", "Add a domain", "Make primary", ">Brand</span></a>")
    for person in (rosa, olga):
        page = client_for(person).get(f"/workspaces/{alice_ws.id}/").content.decode()
        assert [word for word in words if word in page] == []
