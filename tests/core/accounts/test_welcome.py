"""Coming in by invitation: once, in the workspace one was invited to, and by nobody else."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from core.accounts.domain.invitations import DAYS, SpentInvitation, accept_invitation, invite
from core.accounts.models import User
from core.sending.models import Delivery
from tenants.context import workspace
from tenants.models import Workspace
from tenants.sites import Site, resolve
from tests import world

pytestmark = pytest.mark.usefixtures("db")

Visitor = Callable[[str], Client]
NUL = "Null characters are not allowed."
CHOSEN = {"name": "Dora Dent", "password": "a-long-enough-phrase"}


def site(host: str) -> Site:
    found = resolve(host)
    assert found is not None
    return found


@pytest.fixture
def link(alice_ws: Workspace) -> str:
    """The path of Dora's invitation to Alice's workspace."""
    with workspace(alice_ws):
        invite(
            email="dora@alice.test",
            name="Dora",
            role="agent",
            site=site(world.ALICE_HOST),
            invited_by="Alice Archer",
        )
        mail = Delivery.objects.get(to="dora@alice.test")
    found = re.search(r"^http://alice\.test:8000(/account/welcome/\S+)$", mail.payload["text"], re.MULTILINE)
    assert found
    return found[1]


def dora(row: Workspace) -> User:
    with workspace(row):
        user: User = User.objects.get(email="dora@alice.test")
    return user


def test_it_works(visitor: Visitor, link: str, alice_ws: Workspace) -> None:
    client = visitor(world.ALICE_HOST)
    assert "dora@alice.test" in client.get(link).content.decode()
    assert client.post(link, CHOSEN).headers["Location"] == "/"
    assert client.get("/account/profile/").status_code == 200
    person = dora(alice_ws)
    assert (person.name, person.role, person.check_password(CHOSEN["password"])) == (
        "Dora Dent",
        "agent",
        True,
    )
    with workspace(alice_ws):
        assert EmailAddress.objects.get(user_id=person.id).verified is True


def test_it_works_once(visitor: Visitor, link: str) -> None:
    visitor(world.ALICE_HOST).post(link, CHOSEN)
    again = visitor(world.ALICE_HOST).post(link, {**CHOSEN, "password": "somebody-elses-phrase"})
    assert again.headers["Location"] == "/account/login/"
    form = {"login": "dora@alice.test", "password": "somebody-elses-phrase"}
    assert visitor(world.ALICE_HOST).post("/account/login/", form).status_code == 422


def test_looking_at_it_spends_nothing(visitor: Visitor, link: str) -> None:
    for _ in range(3):
        assert visitor(world.ALICE_HOST).get(link).status_code == 200
    assert visitor(world.ALICE_HOST).head(link).status_code == 200
    assert visitor(world.ALICE_HOST).post(link, CHOSEN).headers["Location"] == "/"


def test_other_workspace_refuses_it(
    visitor: Visitor, link: str, alice_ws: Workspace, mallory_ws: Workspace
) -> None:
    """Even where a person of the same id waits for an invitation."""
    with workspace(mallory_ws):
        User.objects.create(id=dora(alice_ws).id, email="dora@alice.test", role="admin", password="!")
    assert visitor(world.MALLORY_HOST).get(link).headers["Location"] == "/account/login/"
    assert visitor(world.MALLORY_HOST).post(link, CHOSEN).headers["Location"] == "/account/login/"


@pytest.mark.parametrize("change", [("/welcome/", "/welcome/x"), (":", ""), (":", ":x")])
def test_an_altered_link_is_refused(visitor: Visitor, link: str, change: tuple[str, str]) -> None:
    assert visitor(world.ALICE_HOST).get(link.replace(*change)).headers["Location"] == "/account/login/"


def test_an_old_link_is_refused(visitor: Visitor, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.accounts.domain.invitations.DAYS", -1)
    assert DAYS == 7
    assert visitor(world.ALICE_HOST).get(link).headers["Location"] == "/account/login/"


def test_without_access_it_is_refused(visitor: Visitor, link: str, alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        User.objects.filter(email="dora@alice.test").update(is_active=False)
        with pytest.raises(SpentInvitation):
            accept_invitation(link.split("/")[-2], **CHOSEN)
    assert visitor(world.ALICE_HOST).post(link, CHOSEN).headers["Location"] == "/account/login/"


def test_who_has_a_password_needs_none(visitor: Visitor, link: str, alice_ws: Workspace) -> None:
    """Dora came in by a code and chose one; whoever finds her old mail must not choose another."""
    with workspace(alice_ws):
        person = User.objects.get(email="dora@alice.test")
        person.set_password("what-dora-chose")
        person.save(update_fields=["password"])
    assert visitor(world.ALICE_HOST).post(link, CHOSEN).headers["Location"] == "/account/login/"
    assert dora(alice_ws).check_password("what-dora-chose") is True


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "short"}, ["This password is too short. It must contain at least 10 characters."]),
        ({"password": "dora@alice.test"}, ["The password is too similar to the email."]),
        ({"name": ""}, ["Type your name."]),
        ({"name": "Dora http://evil.test"}, ["A name cannot hold a link. Leave out “://” and “www.”."]),
        ({"name": "a\0b"}, ["This has a character that cannot be stored. Remove it and send again.", NUL]),
    ],
)
def test_bad_input_is_a_clear_error(
    visitor: Visitor, link: str, alice_ws: Workspace, wrong: dict[str, str], said: list[str]
) -> None:
    page = visitor(world.ALICE_HOST).post(link, {**CHOSEN, **wrong})
    assert (page.status_code, page.context["form"].errors) == (422, {next(iter(wrong)): said})
    assert [text in page.content.decode() for text in said] == [True] * len(said)
    assert dora(alice_ws).has_usable_password() is False


def test_nothing_else_can_be_written_with_it(visitor: Visitor, link: str, alice_ws: Workspace) -> None:
    more = {"role": "admin", "email": "eve@eve.test", "is_active": "0", "id": "1", "session_epoch": "9"}
    visitor(world.ALICE_HOST).post(link, {**CHOSEN, **more})
    person = dora(alice_ws)
    assert (person.role, person.email, person.is_active, person.session_epoch) == (
        "agent",
        "dora@alice.test",
        True,
        1,
    )
