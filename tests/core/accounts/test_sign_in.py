"""Signing in by password on every kind of site, and being refused on those that are not one's own."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from tenants.context import workspace
from tenants.fields import NO_ADDRESS
from tenants.models import Workspace
from tests import world

pytestmark = pytest.mark.usefixtures("db")

Visitor = Callable[[str], Client]
SignIn = Callable[..., str]

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"')


def without_secrets(page: str, *, email: str) -> str:
    """A page without what differs by request: its CSRF token and the address that was typed."""
    return TOKEN.sub("", page).replace(email, "…")


@pytest.mark.parametrize(
    ("host", "email"),
    [
        (world.ALICE_HOST, "alice@alice.test"),
        (world.ROSA_HOST, "rosa@rosa.test"),
        (world.PLATFORM_HOST, "olga@platform.test"),
    ],
)
def test_it_works(visitor: Visitor, sign_in: SignIn, host: str, email: str) -> None:
    client = visitor(host)
    assert sign_in(client, email) == "/"
    assert client.get("/account/profile/").status_code == 200


def test_the_address_may_be_typed_in_any_case(visitor: Visitor, sign_in: SignIn) -> None:
    assert sign_in(visitor(world.ALICE_HOST), "  ALICE@Alice.test ") == "/"


@pytest.mark.parametrize(
    ("host", "email"),
    [
        (world.ALICE_HOST, "mallory@mallory.test"),
        (world.ALICE_HOST, "rosa@rosa.test"),
        (world.ALICE_HOST, "olga@platform.test"),
        (world.ROSA_HOST, "rita@rita.test"),
        (world.ROSA_HOST, "olga@platform.test"),
        (world.ROSA_HOST, "alice@alice.test"),
        (world.PLATFORM_HOST, "rosa@rosa.test"),
        (world.PLATFORM_HOST, "alice@alice.test"),
    ],
)
def test_people_of_elsewhere_are_refused_like_strangers(
    visitor: Visitor, sign_in: SignIn, host: str, email: str
) -> None:
    stranger = sign_in(visitor(host), "nobody@nowhere.test")
    refused = sign_in(visitor(host), email)
    assert without_secrets(refused, email=email) == without_secrets(stranger, email="nobody@nowhere.test")
    assert "E-mail or password is wrong." in refused


@pytest.mark.parametrize(
    ("page", "field"), [("login/", "login"), ("login/code/", "email"), ("password/reset/", "email")]
)
def test_what_is_no_address_is_said_in_our_words(visitor: Visitor, page: str, field: str) -> None:
    form = {field: "nonsense", "password": world.PASSWORD}
    assert NO_ADDRESS in visitor(world.ALICE_HOST).post(f"/account/{page}", form).content.decode()


def test_wrong_password_reads_like_an_unknown_address(visitor: Visitor, sign_in: SignIn) -> None:
    known = sign_in(visitor(world.ALICE_HOST), "alice@alice.test", "wrong-horse-battery")
    unknown = sign_in(visitor(world.ALICE_HOST), "nobody@nowhere.test", "wrong-horse-battery")
    assert without_secrets(known, email="alice@alice.test") == without_secrets(
        unknown, email="nobody@nowhere.test"
    )


def test_somebody_without_access_stays_out(
    visitor: Visitor, sign_in: SignIn, bob: User, alice_ws: Workspace
) -> None:
    client = visitor(world.ALICE_HOST)
    with workspace(alice_ws):
        User.objects.filter(id=bob.id).update(is_active=False)
    assert sign_in(client, bob.email) == "/account/inactive/"
    assert client.get("/account/profile/").status_code == 302


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("a\0@alice.test", [NO_ADDRESS, "Null characters are not allowed."]),
        (
            "x" * 400 + "@alice.test",
            [
                NO_ADDRESS,
                "Ensure this value has at most 320 characters (it has 411).",
            ],
        ),
        ("", ["Type the e-mail address."]),
        ("alice", [NO_ADDRESS]),
        ("a@b@c", [NO_ADDRESS]),
    ],
)
def test_bad_input_is_a_clear_error(visitor: Visitor, email: str, said: list[str]) -> None:
    page = visitor(world.ALICE_HOST).post("/account/login/", {"login": email, "password": "p"})
    assert (page.status_code, page.context["form"].errors) == (422, {"login": said})
    assert [text in page.content.decode() for text in said] == [True] * len(said)


@pytest.mark.parametrize(
    "after", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", "http:///evil"]
)
def test_it_leads_nowhere_else(visitor: Visitor, after: str) -> None:
    client = visitor(world.ALICE_HOST)
    form = {"login": "alice@alice.test", "password": world.PASSWORD, "next": after}
    assert client.post("/account/login/", form).headers["Location"] == "/"


def test_it_leads_back_to_where_one_was_going(visitor: Visitor) -> None:
    client = visitor(world.ALICE_HOST)
    where = client.get("/account/profile/?tab=1").headers["Location"]
    assert where == "/account/login/?next=/account/profile/%3Ftab%3D1"
    form = {"login": "alice@alice.test", "password": world.PASSWORD}
    assert client.post(where, form).headers["Location"] == "/account/profile/?tab=1"


def test_nobody_signs_up_by_themselves(visitor: Visitor, alice_ws: Workspace) -> None:
    form = {"email": "eve@eve.test", "password1": "a-long-enough-password"}
    response = visitor(world.ALICE_HOST).post("/account/signup/", form)
    assert "Accounts are made by invitation" in response.content.decode()
    with workspace(alice_ws):
        assert not User.objects.filter(email="eve@eve.test").exists()


def test_signing_out_takes_a_post(client_for: Callable[..., Client], alice: User) -> None:
    client = client_for(alice)
    assert client.get("/account/logout/").headers["Location"] == "/"
    assert client.get("/account/profile/").status_code == 200
    assert client.post("/account/logout/").headers["Location"] == "/account/login/"
    assert client.get("/account/profile/").status_code == 302


def test_a_forged_form_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True, HTTP_HOST=world.ALICE_HOST)
    response = client.post("/account/login/", {"login": alice.email, "password": world.PASSWORD})
    assert response.status_code == 403
