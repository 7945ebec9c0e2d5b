"""Signing in, proving an address and choosing a new password by codes that come by mail."""

import re
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from core.accounts.models import User
from core.sending.models import Delivery
from tenants.context import platform, workspace
from tenants.models import Staff, Workspace
from tests import world
from tests.core.accounts.test_sign_in import without_secrets

pytestmark = pytest.mark.usefixtures("db")

Visitor = Callable[[str], Client]
Mails = Callable[[str], list[Delivery]]

CODE = re.compile(r"\b[B-DF-HJ-NP-TV-Z]{4}-[B-DF-HJ-NP-TV-Z]{4}\b")
NEW = "a-brand-new-passphrase"


def code_in(mail: Delivery) -> str:
    found = CODE.search(mail.payload["text"])
    assert found
    return found[0]


def ask_for_code(client: Client, email: str) -> str:
    return client.post("/account/login/code/", {"email": email}, follow=True).content.decode()


def ask_for_reset(client: Client, email: str) -> str:
    return client.post("/account/password/reset/", {"email": email}, follow=True).content.decode()


class TestSignInByCode:
    @pytest.mark.parametrize(
        ("host", "email"),
        [(world.ALICE_HOST, "alice@alice.test"), (world.ROSA_HOST, "rosa@rosa.test")],
    )
    def test_it_works(self, visitor: Visitor, mails: Mails, host: str, email: str) -> None:
        client = visitor(host)
        ask_for_code(client, email)
        [mail] = mails(host)
        assert mail.to == email
        response = client.post("/account/login/code/confirm/", {"code": code_in(mail).lower()})
        assert response.headers["Location"] == "/"
        assert client.get("/account/profile/").status_code == 200

    @pytest.mark.parametrize("email", ["nobody@nowhere.test", "mallory@mallory.test", "rosa@rosa.test"])
    def test_strangers_see_the_same_page(self, visitor: Visitor, mails: Mails, email: str) -> None:
        known = ask_for_code(visitor(world.ALICE_HOST), "alice@alice.test")
        unknown = ask_for_code(visitor(world.ALICE_HOST), email)
        assert without_secrets(unknown, email=email) == without_secrets(known, email="alice@alice.test")
        mail = mails(world.ALICE_HOST)[-1]
        assert (mail.to, CODE.search(mail.payload["text"])) == (email, None)
        assert "There is no account with this address." in mail.payload["text"]

    def test_staff_of_another_reseller_get_no_code(self, visitor: Visitor, mails: Mails) -> None:
        ask_for_code(visitor(world.ROSA_HOST), "rita@rita.test")
        [mail] = mails(world.ROSA_HOST)
        assert CODE.search(mail.payload["text"]) is None

    def test_who_may_no_longer_come_is_stopped_at_the_last_gate(
        self, visitor: Visitor, mails: Mails, rosa: User
    ) -> None:
        """Between asking and typing the code, Rosa left the staff."""
        client = visitor(world.ROSA_HOST)
        ask_for_code(client, rosa.email)
        with platform():
            Staff.objects.filter(user_id=rosa.id).delete()
        form = {"code": code_in(mails(world.ROSA_HOST)[0])}
        assert client.post("/account/login/code/confirm/", form).headers["Location"] == "/account/login/"
        with platform():
            assert User.objects.get(id=rosa.id).last_login == rosa.last_login

    def test_a_code_works_only_in_the_browser_that_asked(self, visitor: Visitor, mails: Mails) -> None:
        ask_for_code(visitor(world.ALICE_HOST), "alice@alice.test")
        code = code_in(mails(world.ALICE_HOST)[0])
        other = visitor(world.ALICE_HOST)
        assert other.post("/account/login/code/confirm/", {"code": code}).headers["Location"] == (
            "/account/login/code/"
        )
        assert other.get("/account/profile/").status_code == 302

    def test_three_wrong_codes_end_it(self, visitor: Visitor, mails: Mails) -> None:
        client = visitor(world.ALICE_HOST)
        ask_for_code(client, "alice@alice.test")
        code = code_in(mails(world.ALICE_HOST)[0])
        for _ in range(3):
            client.post("/account/login/code/confirm/", {"code": "BBBB-BBBB"})
        client.post("/account/login/code/confirm/", {"code": code})
        assert client.get("/account/profile/").status_code == 302


class TestPasswordReset:
    def test_it_works_and_signs_out_everywhere_else(
        self, visitor: Visitor, mails: Mails, client_for: Callable[..., Client], alice: User
    ) -> None:
        elsewhere, client = client_for(alice), visitor(world.ALICE_HOST)
        ask_for_reset(client, alice.email)
        client.post("/account/password/reset/confirm/", {"code": code_in(mails(world.ALICE_HOST)[0])})
        done = client.post("/account/password/reset/complete/", {"password1": NEW, "password2": NEW})
        assert done.status_code == 302
        assert elsewhere.get("/account/profile/").status_code == 302
        assert client.get("/account/profile/").status_code == 200
        assert mails(world.ALICE_HOST)[-1].payload["subject"] == "Your password was reset"
        form = {"login": alice.email, "password": NEW}
        assert visitor(world.ALICE_HOST).post("/account/login/", form).headers["Location"] == "/"

    @pytest.mark.parametrize("email", ["nobody@nowhere.test", "mallory@mallory.test"])
    def test_strangers_see_the_same_page(self, visitor: Visitor, email: str) -> None:
        known = ask_for_reset(visitor(world.ALICE_HOST), "alice@alice.test")
        unknown = ask_for_reset(visitor(world.ALICE_HOST), email)
        assert without_secrets(unknown, email=email) == without_secrets(known, email="alice@alice.test")

    def test_staff_of_another_reseller_cannot_reset_here(self, visitor: Visitor, mails: Mails) -> None:
        ask_for_reset(visitor(world.ROSA_HOST), "rita@rita.test")
        [mail] = mails(world.ROSA_HOST)
        assert CODE.search(mail.payload["text"]) is None

    @pytest.mark.parametrize(
        ("password", "said"),
        [
            ("short", "This password is too short. It must contain at least 10 characters."),
            ("password123", "This password is too common."),
            ("alice@alice.test", "The password is too similar to the email."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, visitor: Visitor, mails: Mails, password: str, said: str
    ) -> None:
        client = visitor(world.ALICE_HOST)
        ask_for_reset(client, "alice@alice.test")
        client.post("/account/password/reset/confirm/", {"code": code_in(mails(world.ALICE_HOST)[0])})
        form = {"password1": password, "password2": password}
        page = client.post("/account/password/reset/complete/", form)
        assert (page.status_code, page.context["form"].errors) == (422, {"password1": [said]})
        assert said in page.content.decode()


def test_an_unproven_address_is_asked_for_a_code(
    visitor: Visitor, mails: Mails, alice_ws: Workspace, bob: User
) -> None:
    with workspace(alice_ws):
        EmailAddress.objects.filter(email=bob.email).update(verified=False)
    client = visitor(world.ALICE_HOST)
    form = {"login": bob.email, "password": world.PASSWORD}
    assert client.post("/account/login/", form).headers["Location"] == "/account/confirm-email/"
    assert client.get("/account/profile/").status_code == 302
    code = code_in(mails(world.ALICE_HOST)[0])
    assert client.post("/account/confirm-email/", {"code": code}).headers["Location"] == "/"
    assert client.get("/account/profile/").status_code == 200


def test_whoever_is_in_is_not_asked_to_prove_anything(client_for: Callable[..., Client], alice: User) -> None:
    assert client_for(alice).get("/account/confirm-email/").headers["Location"] == "/"


def test_a_mail_names_the_brand_and_nothing_of_the_request(visitor: Visitor, mails: Mails) -> None:
    client = Client(HTTP_HOST=f"{world.ALICE_HOST}:1234", HTTP_X_FORWARDED_HOST="evil.test")
    ask_for_code(client, "alice@alice.test")
    [mail] = mails(world.ALICE_HOST)
    said = mail.payload
    assert said["from_name"] == "Rosa's"
    assert said["subject"] == f"{code_in(mail)} is your sign-in code"
    assert said["text"].endswith("\n\nRosa's\nhttp://alice.test:8000\n")
    for text in (said["text"], said["html"]):
        assert not {"evil", "1234", "Marque", "example.com"} & set(re.findall(r"\w+|example\.com", text))


@pytest.mark.parametrize(
    ("host", "email", "address"),
    [
        (world.ALICE_HOST, "alice@alice.test", ""),
        (world.ROSA_HOST, f"rosa@{world.ROSA_HOST}", f"replies@{world.ROSA_HOST}"),
        (world.PLATFORM_HOST, "olga@platform.test", f"replies@{world.PLATFORM_HOST}"),
    ],
)
def test_a_consoles_mail_leaves_from_the_consoles_own_domain(
    visitor: Visitor, mails: Mails, host: str, email: str, address: str
) -> None:
    ask_for_code(visitor(host), email)
    assert mails(host)[-1].payload["from_email"] == address
