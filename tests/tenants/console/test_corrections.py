"""An invitation of a console that comes back: seen on the staff's page, sent again or to another address."""

import re
import smtplib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.accounts.domain import users
from core.accounts.models import User
from core.sending.domain.bounces import take_bounce
from core.sending.domain.handoff import hand_over
from core.sending.models import Delivery
from core.timeline.models import AuditEntry
from tenants.context import platform
from tenants.fields import NO_ADDRESS
from tenants.models import Reseller, Staff
from tests import world
from tests.core.sending.sink import running_sink
from tests.inbox.transports.email.mails import report
from tests.inbox.transports.email.server import running_server

ClientFor = Callable[..., Client]
ROB = {"name": "Rob", "email": "rob@typo.test", "role": "admin"}
RIGHT = {"name": "Rob Right", "email": "Rob@Right.test"}
BACK = "The mail came back: this address does not exist (no such person)"


def invite(client: Client, **other: str) -> Staff:
    """Rob, who has not come in; his invitation waits to be sent."""
    client.post("/staff/new/", {**ROB, **other})
    with platform():
        return Staff.objects.get(user__email=other.get("email", ROB["email"]), reseller__slug="rosa")


def come_back(to: str = ROB["email"]) -> None:
    """The last mail to this address was sent and came back."""
    with platform():
        last = Delivery.objects.filter(to=to).latest("id")
        Delivery.objects.filter(id=last.id).update(state="sent", settled_at=timezone.now())
        assert take_bounce(last.id, status="5.1.1", diagnostic="no such person")


def page_of(client: Client, url: str = "/staff/") -> str:
    return client.get(url).content.decode()


def mails() -> list[tuple[str, str]]:
    with platform():
        return list(Delivery.objects.order_by("id").values_list("to", "state"))


def link_to(address: str) -> str:
    with platform():
        text = Delivery.objects.filter(to=address).latest("id").payload["text"]
    found = re.search(r"/account/join/\S+", text)
    assert found
    return found[0]


def notices(page: Any) -> list[str]:
    return [str(message) for message in page.context["notices"]]


@pytest.fixture
def rob(db: None, client_for: ClientFor, rosa: User) -> Staff:
    return invite(client_for(rosa))


class TestTrouble:
    def test_it_works(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        client = client_for(rosa)
        before = page_of(client)
        assert ("Invited" in before, "Not delivered" in before) == (True, False)
        come_back()
        after = page_of(client)
        assert ("Not delivered" in after, BACK in after) == (True, True)
        assert f'href="/staff/{rob.id}/address/"' in after
        assert f'action="/staff/{rob.id}/invite/"' in after

    @pytest.mark.parametrize(
        ("state", "shown"),
        [("failed", True), ("skipped", True), ("unknown", True), ("sent", False), ("queued", False)],
    )
    def test_it_is_what_did_not_arrive_for_sure(
        self, client_for: ClientFor, rosa: User, rob: Staff, state: str, shown: bool
    ) -> None:
        settled = None if state == "queued" else timezone.now()
        with platform():
            Delivery.objects.update(state=state, reason="So it was.", settled_at=settled)
        assert ("So it was." in page_of(client_for(rosa))) is shown

    def test_another_mail_takes_it_away(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        client = client_for(rosa)
        come_back()
        client.post(f"/staff/{rob.id}/invite/")
        assert "Not delivered" not in page_of(client)
        come_back()
        assert "Not delivered" in page_of(client)

    def test_it_is_gone_once_they_have_come_in(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        come_back()
        with platform():
            Staff.objects.filter(id=rob.id).update(accepted_at=timezone.now())
        assert BACK not in page_of(client_for(rosa))

    def test_it_is_shown_for_its_own_row_alone(
        self, client_for: ClientFor, rosa: User, rita: User, rob: Staff
    ) -> None:
        """The same person at two resellers: what one was told about its mail is not the other's."""
        client_for(rita).post("/staff/new/", ROB)
        with platform():
            theirs = Delivery.objects.latest("id")
            Delivery.objects.filter(id=theirs.id).update(state="sent", settled_at=timezone.now())
            assert take_bounce(theirs.id, status="5.1.1", diagnostic="no such person")
        assert ["Not delivered" in page_of(client_for(user)) for user in (rosa, rita)] == [False, True]

    def test_what_the_other_server_says_is_text(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        with platform():
            row = Delivery.objects.get()
            Delivery.objects.update(state="sent", settled_at=timezone.now())
            assert take_bounce(row.id, status="5.1.1", diagnostic="<img src=x onerror=alert(1)>")
        assert "&lt;img src=x onerror=alert(1)&gt;" in page_of(client_for(rosa))

    @pytest.mark.usefixtures("db", "warm")
    def test_a_longer_list_asks_no_more_questions(self, client_for: ClientFor, rosa: User) -> None:
        client = client_for(rosa)
        counts = []
        for number in (1, 3):
            with platform():
                Staff.objects.filter(accepted_at=None).delete()
            for index in range(number):
                invite(client, email=f"new{index}@typo{number}.test")
                come_back(f"new{index}@typo{number}.test")
            client.get("/staff/")
            with CaptureQueriesContext(connection) as asked:
                assert page_of(client).count("Not delivered") == number
            counts.append(len(asked))
        assert counts == [7, 7]


class TestCorrect:
    def test_it_works(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        """The old link is dead, the new one lets in; the old address has nothing here any more."""
        client, old, url = client_for(rosa), link_to(ROB["email"]), f"/staff/{rob.id}/address/"
        come_back()
        form = page_of(client, url)
        assert ('value="rob@typo.test"' in form, BACK in form) == (True, True)
        page = client.post(url, RIGHT, follow=True)
        assert (page.redirect_chain, notices(page)) == (
            [("/staff/", 302)],
            ["We sent an invitation to rob@right.test."],
        )
        assert ("rob@typo.test" in page.content.decode(), "Not delivered" in page.content.decode()) == (
            False,
            False,
        )
        visitor = Client(HTTP_HOST=world.ROSA_HOST)
        chosen = {"name": "Rob", "password": "a-long-enough-phrase"}
        visitor.post(old, chosen)
        with platform():
            assert Staff.objects.get(id=rob.id).accepted_at is None
        visitor.post(link_to("rob@right.test"), chosen)
        with platform():
            row = Staff.objects.select_related("user").get(id=rob.id)
        assert (row.accepted_at is not None, row.user.email, row.role, row.invited_name) == (
            True,
            "rob@right.test",
            "admin",
            "Rob Right",
        )

    def test_it_is_written_down(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        client_for(rosa).post(f"/staff/{rob.id}/address/", RIGHT)
        with platform():
            line = AuditEntry.objects.get(action="staff.correct")
        assert (line.label, line.detail["from"], line.detail["to"], line.reseller_id) == (
            "rob@right.test",
            "rob@typo.test",
            "rob@right.test",
            rob.reseller_id,
        )

    def test_the_same_address_is_sent_again(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        client_for(rosa).post(f"/staff/{rob.id}/address/", {"name": "Rob", "email": ROB["email"]})
        assert mails() == [(ROB["email"], "queued")] * 2

    def test_nobody_learns_who_has_an_account(
        self, client_for: ClientFor, rosa: User, rita: User, rob: Staff
    ) -> None:
        """Known, unknown and closed look the same; and what came back from the old address is gone."""
        with platform():
            users.deactivate(users.create_user(email="cleo@cleo.test", name="Cleo", role="staff"))
        client, seen = client_for(rosa), set()
        for email in ("new@new.test", rita.email, "cleo@cleo.test"):
            come_back(ROB["email"])
            page = client.post(f"/staff/{rob.id}/address/", {"name": "R", "email": email}, follow=True)
            [row] = [row for row in page.content.decode().split("<li>") if email in row]
            row = re.sub(r'value="\w+"', "", row.split("</li>")[0]).replace(email, "@")
            seen.add((notices(page)[-1].replace(email, "@"), row))
            with platform():
                Staff.objects.filter(id=rob.id).update(user=User.objects.get(email=ROB["email"]))
                Delivery.objects.filter(to=ROB["email"]).update(state="sent")
        assert len(seen) == 1

    def test_not_once_they_have_come_in(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        with platform():
            Staff.objects.filter(id=rob.id).update(accepted_at=timezone.now())
        page = client_for(rosa).post(f"/staff/{rob.id}/address/", RIGHT, follow=True)
        assert notices(page) == ["Rob has come in, and looks after their address alone."]
        with platform():
            assert Staff.objects.select_related("user").get(id=rob.id).user.email == ROB["email"]
        assert mails() == [(ROB["email"], "queued")]

    def test_five_an_hour(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        client, url = client_for(rosa), f"/staff/{rob.id}/address/"
        codes = [client.post(url, {"name": "R", "email": ROB["email"]}).status_code for _ in range(5)]
        assert codes == [302] * 4 + [422]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"email": "rosa@rosa.test"}, "rosa@rosa.test is already on the staff, or invited."),
            ({"email": "nonsense"}, NO_ADDRESS),
            ({"name": ""}, "Type the name."),
            ({"name": "See https://evil.test"}, "A name cannot hold a link."),
        ],
    )
    def test_bad_input_is_a_clear_error(
        self, client_for: ClientFor, rosa: User, rob: Staff, wrong: dict[str, str], said: str
    ) -> None:
        page = client_for(rosa).post(f"/staff/{rob.id}/address/", {**RIGHT, **wrong})
        assert (page.status_code, said in page.content.decode()) == (422, True)
        assert mails() == [(ROB["email"], "queued")]
        with platform():
            row = Staff.objects.select_related("user").get(id=rob.id)
        assert (row.user.email, row.invited_name) == (ROB["email"], "Rob")

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, rob: Staff) -> None:
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="admin")
        client, url = client_for(rosa), f"/staff/{rob.id}/address/"
        assert [client.get(url).status_code, client.post(url, RIGHT).status_code] == [403, 403]
        assert url not in page_of(client)
        assert mails() == [(ROB["email"], "queued")]

    def test_other_resellers_get_404(self, client_for: ClientFor, rita: User, rob: Staff) -> None:
        client, url = client_for(rita), f"/staff/{rob.id}/address/"
        assert [client.get(url).status_code, client.post(url, RIGHT).status_code] == [404, 404]
        assert mails() == [(ROB["email"], "queued")]


class TestOperators:
    """A reseller whose first owner cannot be reached has nobody else who could put it right."""

    NEW = {
        "name": "Polar CRM", "slug": "polar", "host": "console.polar.test", "owner_name": "Paula",
        "owner_email": "paula@typo.test",
    }  # fmt: skip

    @pytest.fixture
    def paula(self, db: None, client_for: ClientFor, olga: User) -> Staff:
        client_for(olga).post("/resellers/new/", self.NEW)
        with platform():
            return Staff.objects.get(user__email="paula@typo.test")

    def test_it_works(self, client_for: ClientFor, olga: User, paula: Staff) -> None:
        client, back = client_for(olga), f"/resellers/{paula.reseller_id}/"
        come_back("paula@typo.test")
        page = page_of(client, back)
        assert ("Not delivered" in page, BACK in page) == (True, True)
        right = {"name": "Paula", "email": "paula@polar.test"}
        done = client.post(f"/staff/{paula.id}/address/", right, follow=True)
        assert done.redirect_chain == [(back, 302)]
        assert notices(done) == ["We sent an invitation to paula@polar.test."]
        with platform():
            mail = Delivery.objects.latest("id")
        assert (mail.to, mail.payload["from_email"]) == ("paula@polar.test", "replies@console.polar.test")
        assert "http://console.polar.test:8000/account/join/" in mail.payload["text"]
        visitor = Client(HTTP_HOST="console.polar.test")
        chosen = {"name": "Paula", "password": "a-long-enough-phrase"}
        assert visitor.post(link_to("paula@polar.test"), chosen).status_code == 302
        assert visitor.get("/workspaces/new/").status_code == 200

    def test_a_closed_account_is_said(self, client_for: ClientFor, olga: User, paula: Staff) -> None:
        with platform():
            users.deactivate(users.create_user(email="cleo@cleo.test", name="Cleo", role="staff"))
        wrong = {"name": "Cleo", "email": "cleo@cleo.test"}
        page = client_for(olga).post(f"/staff/{paula.id}/address/", wrong)
        said = ["The account of cleo@cleo.test is closed. Use another."]
        assert (page.status_code, page.context["form"].errors) == (422, {"email": said})
        with platform():
            assert Staff.objects.select_related("user").get(id=paula.id).user.email == "paula@typo.test"

    def test_it_checks_permission(self, client_for: ClientFor, rosa: User, paula: Staff) -> None:
        url = f"/staff/{paula.id}/address/"
        right = {"name": "Paula", "email": "paula@polar.test"}
        assert client_for(rosa).post(url, right).status_code == 404
        elsewhere = client_for(rosa, host=world.PLATFORM_HOST)
        assert elsewhere.post(url, right).headers["Location"].startswith("/account/login/")
        assert mails() == [("paula@typo.test", "queued")]


@pytest.fixture
def forgotten(committed: None) -> Iterator[None]:
    yield
    with platform():
        Staff.objects.filter(accepted_at=None, reseller=Reseller.objects.get(slug="rosa")).delete()
        Delivery.objects.filter(to=ROB["email"]).delete()
        for rows in (EmailAddress.objects, User.objects):  # deleting would look into a workspace's tables
            mine = rows.filter(email=ROB["email"])
            mine._raw_delete(mine.db)


@pytest.mark.usefixtures("forgotten")
def test_over_the_wire(client_for: ClientFor, rosa: User, settings: Any) -> None:
    """From the form to the list: sent by SMTP, returned by SMTP to where it says that it comes from."""
    client = client_for(rosa)
    invite(client)
    with running_sink() as sink, platform():
        settings.SMTP_URL = sink.url
        hand_over([Delivery.objects.get(to=ROB["email"]).id])
    back = str(sink.accepted[0].mail_from)
    assert back.endswith("@rosa.test")
    with running_server() as port, smtplib.SMTP("127.0.0.1", port, local_hostname="mx.test") as server:
        server.sendmail("", [back], report(diagnostic="smtp; 550 5.1.1 no such person"))
    page = page_of(client)
    assert ("Not delivered" in page, "this address does not exist (550 5.1.1 no such person)" in page) == (
        True,
        True,
    )
