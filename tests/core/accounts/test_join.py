"""Accepting an invitation to a reseller's staff: once, at that console, and nothing counts before."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.domain import users
from core.accounts.domain.invitations import SpentInvitation
from core.accounts.domain.staff import accept_as_known, accept_as_new
from core.accounts.models import User
from core.sending.models import Delivery
from tenants.console.domain.staffing import add_staff, remove_staff
from tenants.context import platform
from tenants.models import Reseller, Staff
from tenants.sites import Site, resolve
from tests import world

pytestmark = pytest.mark.usefixtures("db")

Visitor = Callable[[str], Client]
CHOSEN = {"name": "Rob Roy", "password": "a-long-enough-phrase"}
LOGIN = "/account/login/"


def site(host: str) -> Site:
    found = resolve(host)
    assert found is not None
    return found


def link_for(email: str, *, role: str = "admin") -> str:
    """The path of an invitation to Rosa's."""
    with platform():
        add_staff(
            Reseller.objects.get(slug="rosa"),
            site=site(world.ROSA_HOST),
            email=email,
            name="Typed Name",
            role=role,
            invited_by="Rosa",
        )
        text = Delivery.objects.get(to=email).payload["text"]
    found = re.search(r"^http://rosa\.test:8000(/account/join/\S+)$", text, re.MULTILINE)
    assert found
    return found[1]


def is_accepted(email: str) -> bool:
    with platform():
        return Staff.objects.accepted().filter(user__email=email, reseller__slug="rosa").exists()


def can_sign_in(email: str, password: str = world.PASSWORD) -> bool:
    client = Client(HTTP_HOST=world.ROSA_HOST)
    return client.post(LOGIN, {"login": email, "password": password}).status_code == 302


class TestKnown:
    def test_it_works(self, visitor: Visitor, rita: User) -> None:
        link, client = link_for(rita.email), visitor(world.ROSA_HOST)
        page = client.get(link).content.decode()
        assert "Rosa invites you to Rosa&#x27;s" in page
        assert "Typed Name" not in page
        assert (is_accepted(rita.email), can_sign_in(rita.email)) == (False, False)
        after = client.post(link, follow=True)
        assert after.redirect_chain == [(LOGIN, 302)]
        assert (
            "You are on the staff of Rosa&#x27;s now. Sign in with your password." in after.content.decode()
        )
        assert (is_accepted(rita.email), can_sign_in(rita.email)) == (True, True)

    def test_it_opens_no_session(self, visitor: Visitor, rita: User) -> None:
        """Whoever reads somebody's mail accepts for them, but does not come in."""
        client = visitor(world.ROSA_HOST)
        client.post(link_for(rita.email))
        assert client.get("/staff/").status_code == 302

    def test_an_operator_too(self, visitor: Visitor, olga: User) -> None:
        visitor(world.ROSA_HOST).post(link_for(olga.email))
        assert can_sign_in(olga.email) is True

    def test_no_password_can_be_chosen(self, visitor: Visitor, rita: User) -> None:
        link = link_for(rita.email)
        with platform(), pytest.raises(SpentInvitation):
            accept_as_new(link.split("/")[-2], site=site(world.ROSA_HOST), **CHOSEN)
        visitor(world.ROSA_HOST).post(link, CHOSEN)
        assert can_sign_in(rita.email, CHOSEN["password"]) is False


class TestNew:
    def test_it_works(self, visitor: Visitor) -> None:
        link, client = link_for("rob@rosa.test"), visitor(world.ROSA_HOST)
        assert 'value="Typed Name"' in client.get(link).content.decode()
        assert client.post(link, CHOSEN).headers["Location"] == "/"
        assert client.get("/").status_code == 200
        assert (is_accepted("rob@rosa.test"), can_sign_in("rob@rosa.test", CHOSEN["password"])) == (
            True,
            True,
        )

    def test_bad_input_is_a_clear_error(self, visitor: Visitor) -> None:
        link = link_for("rob@rosa.test")
        page = visitor(world.ROSA_HOST).post(
            link, {"name": "see www.evil.test", "password": "a-long-phrase-x"}
        )
        said = ["A name cannot hold a link. Leave out “://” and “www.”."]
        assert (page.status_code, page.context["form"].errors) == (422, {"name": said})
        assert is_accepted("rob@rosa.test") is False


class TestRefused:
    def test_it_works_once(self, visitor: Visitor, rita: User) -> None:
        """Taken off and invited again, the old link stays dead."""
        link = link_for(rita.email)
        visitor(world.ROSA_HOST).post(link)
        assert visitor(world.ROSA_HOST).get(link).headers["Location"] == LOGIN
        with platform():
            remove_staff(Staff.objects.get(user=rita, reseller__slug="rosa"))
            Delivery.objects.all().delete()
        link_for(rita.email)
        assert visitor(world.ROSA_HOST).post(link).headers["Location"] == LOGIN
        assert is_accepted(rita.email) is False

    @pytest.mark.parametrize(
        "host", [world.RITA_HOST, world.PLATFORM_HOST, world.ALICE_HOST, world.MALLORY_HOST]
    )
    def test_at_another_place(self, visitor: Visitor, rita: User, host: str) -> None:
        assert visitor(host).post(link_for(rita.email)).headers["Location"] == LOGIN
        assert is_accepted(rita.email) is False

    def test_when_the_address_has_changed(self, visitor: Visitor, rita: User) -> None:
        link = link_for(rita.email)
        with platform():
            User.objects.filter(id=rita.id).update(email="else@rita.test")
        assert visitor(world.ROSA_HOST).post(link).headers["Location"] == LOGIN
        assert is_accepted("else@rita.test") is False

    def test_when_the_account_is_closed(self, visitor: Visitor, rita: User) -> None:
        link = link_for(rita.email)
        with platform():
            users.deactivate(rita)
        assert visitor(world.ROSA_HOST).post(link).headers["Location"] == LOGIN
        assert is_accepted(rita.email) is False

    def test_an_old_one(self, visitor: Visitor, rita: User, monkeypatch: pytest.MonkeyPatch) -> None:
        link = link_for(rita.email)
        monkeypatch.setattr("core.accounts.domain.staff.DAYS", -1)
        assert visitor(world.ROSA_HOST).post(link).headers["Location"] == LOGIN
        assert is_accepted(rita.email) is False

    def test_an_altered_one(self, visitor: Visitor, rita: User) -> None:
        link = link_for(rita.email)
        assert visitor(world.ROSA_HOST).post(link.replace(":", ":x")).headers["Location"] == LOGIN
        assert visitor(world.ROSA_HOST).post("/account/join/nonsense/").headers["Location"] == LOGIN

    def test_a_new_person_is_not_accepted_without_a_password(self, visitor: Visitor) -> None:
        link = link_for("rob@rosa.test")
        with platform(), pytest.raises(SpentInvitation):
            accept_as_known(link.split("/")[-2], site=site(world.ROSA_HOST))
        assert visitor(world.ROSA_HOST).post(link, {"name": "Rob"}).status_code == 422
        assert is_accepted("rob@rosa.test") is False
