"""An owner's address that bounces: seen in the console and in the gauge, put right, the old link dead."""

import re
import smtplib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.accounts.domain.owners import invitation_trouble
from core.accounts.models import User
from core.sending.domain.handoff import hand_over
from core.sending.domain.settle import settle_sent
from core.sending.models import Delivery
from core.sending.tokens import bounce_address
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.domain.take_in import take_in
from inbox.transports.email.models import InboundMail
from tenants import gauges
from tenants.context import platform, workspace
from tenants.models import Domain, Staff, Workspace
from tenants.owners import correct_owner, owner_of
from tests.core.sending.sink import running_sink
from tests.inbox.transports.email import mails
from tests.inbox.transports.email.server import running_server

pytestmark = pytest.mark.usefixtures("committed")

ClientFor = Callable[..., Client]
NOBODY = "5.1.1 <owner@fresh.test>: there is no such mailbox"


@pytest.fixture
def fresh(fresh_workspace: Callable[..., Workspace]) -> Workspace:
    """A workspace whose owner has not come in; its invitation waits to be sent."""
    row = fresh_workspace()
    with platform():
        return Workspace.objects.select_related("reseller", "starter").get(id=row.id)


def host_of(row: Workspace) -> str:
    with platform():
        return Domain.objects.get(workspace=row).host


def invitations(row: Workspace) -> list[tuple[str, str]]:
    with workspace(row):
        return list(Delivery.objects.order_by("created_at").values_list("to", "state"))


def link_in(row: Workspace, *, to: str) -> str:
    with workspace(row):
        found = re.search(r"/account/welcome/\S+", Delivery.objects.get(to=to).payload["text"])
    assert found
    return found[0]


def send(row: Workspace, settings: Any, *, script: list[str]) -> Delivery:
    """Hand the invitation over to a server that answers so."""
    with running_sink(at_data=list(script)) as sink, workspace(row):
        settings.SMTP_URL = sink.url
        delivery: Delivery = Delivery.objects.get()
        hand_over([delivery.id])
        delivery.refresh_from_db()
    return delivery


def report(
    row: Workspace, delivery: Delivery, *, status: str = "5.1.1", words: str = NOBODY, action: str = "failed"
) -> None:
    """The delivery's report comes back to the address it was sent from."""
    raw = (
        "From: Mail Delivery System <mailer-daemon@fresh.test>\r\nSubject: Undelivered\r\n"
        "Message-ID: <report@fresh.test>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; fresh.test\r\n\r\n"
        f"Final-Recipient: rfc822; owner@fresh.test\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {words}\r\n\r\n--b--\r\n"
    )
    with workspace(row):
        to = bounce_address(delivery.id, domain=host_of(row))
        take_in(keep(raw.encode(), mail_from="", rcpt_to=[to]).id)


class TestTrouble:
    def test_all_is_well_while_it_is_on_its_way(self, fresh: Workspace) -> None:
        owner = owner_of(fresh)
        assert owner is not None
        assert (owner.email, owner.name, owner.accepted, owner.trouble) == (
            *("owner@fresh.test", "Fay Fresh"),
            False,
            "",
        )

    def test_a_refusal_at_hand_over(self, fresh: Workspace, settings: Any) -> None:
        send(fresh, settings, script=[f"550 {NOBODY}"])
        owner = owner_of(fresh)
        assert owner is not None
        assert owner.trouble == f"The mail server refused the message: {NOBODY}"

    def test_a_report_that_comes_back(self, fresh: Workspace, settings: Any) -> None:
        delivery = send(fresh, settings, script=[])
        assert delivery.state == "sent"
        report(fresh, delivery)
        report(fresh, delivery)
        owner = owner_of(fresh)
        assert owner is not None
        assert owner.trouble == f"The mail came back: this address does not exist (550 {NOBODY})"
        with workspace(fresh):
            settled = Delivery.objects.get()
            assert (settled.state, settled.code) == ("failed", "bounced")

    @pytest.mark.parametrize(
        ("action", "status"),
        [
            ("delayed", "4.2.2"),
            ("delivered", "2.1.5"),
            ("relayed", "5.0.0"),
            ("failed", "nonsense"),
            ("failed", ""),
            ("failed", "2.1.5"),
            ("", "4.2.2"),
        ],
    )
    def test_a_delay_or_a_success_is_no_trouble(
        self, fresh: Workspace, settings: Any, action: str, status: str
    ) -> None:
        report(fresh, send(fresh, settings, script=[]), status=status, action=action)
        owner = owner_of(fresh)
        assert owner is not None
        assert owner.trouble == ""

    @pytest.mark.parametrize(("action", "status"), [("failed", "4.4.1"), ("Failed", "5.1.1"), ("", "5.1.1")])
    def test_given_up_is_trouble_whatever_the_code(
        self, fresh: Workspace, settings: Any, action: str, status: str
    ) -> None:
        """A mail that waited for days at another server comes back with the code of its last delay."""
        report(fresh, send(fresh, settings, script=[]), status=status, action=action)
        assert invitations(fresh) == [("owner@fresh.test", "failed")]

    def test_a_report_faster_than_the_worker_counts(self, fresh: Workspace, settings: Any) -> None:
        delivery = send(fresh, settings, script=[])
        with workspace(fresh):
            lease = {"claim": delivery.id, "lease_until": timezone.now()}
            Delivery.objects.update(state="sending", settled_at=None, **lease)
            delivery.refresh_from_db()
        report(fresh, delivery)
        with workspace(fresh):
            settle_sent(delivery)
            settled = Delivery.objects.get()
        assert (settled.state, settled.code, settled.lease_until, settled.payload) == (
            "failed",
            "bounced",
            None,
            {},
        )

    def test_a_report_for_another_workspaces_mail_changes_nothing(
        self, fresh: Workspace, fresh_workspace: Callable[..., Workspace], settings: Any
    ) -> None:
        delivery, other = send(fresh, settings, script=[]), fresh_workspace()
        report(other, delivery)  # signed there, where it is nobody's
        assert invitations(fresh) == [("owner@fresh.test", "sent")]

    def test_over_the_wire(self, fresh: Workspace, client_for: ClientFor, rosa: User, settings: Any) -> None:
        """Sent by SMTP, returned by SMTP to where it says that it comes from, shown in the console."""
        with running_sink() as sink, workspace(fresh):
            settings.SMTP_URL = sink.url
            hand_over([Delivery.objects.get().id])
        back = str(sink.accepted[0].mail_from)
        assert back.endswith(f"@{host_of(fresh)}")
        with running_server() as port, smtplib.SMTP("127.0.0.1", port, local_hostname="mx.test") as server:
            server.sendmail("", [back], mails.report(diagnostic=f"smtp; 550 {NOBODY}"))
        with workspace(fresh):
            take_in(InboundMail.objects.get().id)
            assert User.objects.count() == 1
        page = client_for(rosa).get(f"/workspaces/{fresh.id}/").content.decode()
        assert "The invitation to owner@fresh.test could not be delivered." in page
        assert (
            "this address does not exist (550 5.1.1 &lt;owner@fresh.test&gt;: there is no such mailbox)"
            in page
        )

    def test_a_gauge_tells_lists(self, fresh: Workspace, settings: Any) -> None:
        send(fresh, settings, script=[f"550 {NOBODY}"])
        [gauge] = [gauge for gauge in gauges.gauges() if gauge.key == "owner_invitation"]
        assert gauge.read is invitation_trouble
        with workspace(fresh):
            assert gauge.read() == f"The mail server refused the message: {NOBODY}"
            User.objects.get().set_password("x")
            User.objects.update(password="pbkdf2_sha256$1$x$x")
            assert gauge.read() == ""


class TestCorrect:
    def test_the_old_link_is_dead_and_the_new_one_lets_in(self, fresh: Workspace) -> None:
        old = link_in(fresh, to="owner@fresh.test")
        correct_owner(fresh, email="Right@Fresh.test", name="Rae Right")
        new = link_in(fresh, to="right@fresh.test")
        browser = Client(HTTP_HOST=host_of(fresh))
        chosen = {"name": "Rae", "password": "a-long-enough-phrase"}
        assert browser.post(old, chosen).headers["Location"] == "/account/login/"
        assert browser.post(new, chosen).headers["Location"] == "/"
        with workspace(fresh):
            assert list(User.objects.values_list("email", "role")) == [("right@fresh.test", "admin")]
        with platform():
            fresh.refresh_from_db()
        assert (fresh.owner_email, fresh.owner_name) == ("Right@Fresh.test", "Rae Right")
        owner = owner_of(fresh)
        assert owner is not None
        assert owner.accepted

    def test_the_same_address_is_sent_again(self, fresh: Workspace) -> None:
        correct_owner(fresh, email="owner@fresh.test", name="Fay Fresh")
        assert invitations(fresh) == [("owner@fresh.test", "queued")] * 2

    def test_not_once_they_have_come_in(self, fresh: Workspace) -> None:
        with workspace(fresh):
            User.objects.update(password="pbkdf2_sha256$1$x$x")
        with pytest.raises(ValidationError, match="has come in already"):
            correct_owner(fresh, email="thief@evil.test", name="Thea Thief")
        with platform():
            fresh.refresh_from_db()
        assert fresh.owner_email == "owner@fresh.test"
        assert invitations(fresh) == [("owner@fresh.test", "queued")]

    def test_not_to_an_address_that_somebody_has(self, fresh: Workspace) -> None:
        with workspace(fresh):
            User.objects.create(email="mate@fresh.test", role="agent")
        with pytest.raises(ValidationError, match="already belongs to somebody there"):
            correct_owner(fresh, email="Mate@fresh.test", name="Mate")
        with platform():
            fresh.refresh_from_db()
        assert fresh.owner_email == "owner@fresh.test"

    def test_not_in_a_closed_one(self, fresh: Workspace) -> None:
        with platform():
            Workspace.objects.filter(id=fresh.id).update(state="suspended")
        with pytest.raises(ValidationError, match="is not open"):
            correct_owner(fresh, email="new@fresh.test", name="New")

    def test_five_an_hour(self, fresh: Workspace) -> None:
        for _ in range(5):
            correct_owner(fresh, email="owner@fresh.test", name="Fay")
        with pytest.raises(ValidationError, match="was sent 5 invitations within an hour"):
            correct_owner(fresh, email="owner@fresh.test", name="Fay")


class TestPage:
    def test_it_says_so_and_offers_to_correct_it(
        self, fresh: Workspace, client_for: ClientFor, rosa: User, settings: Any
    ) -> None:
        send(fresh, settings, script=[f"550 {NOBODY}"])
        page = client_for(rosa).get(f"/workspaces/{fresh.id}/").content.decode()
        assert "The invitation to owner@fresh.test could not be delivered." in page
        assert "there is no such mailbox" in page
        assert f'href="/workspaces/{fresh.id}/owner/"' in page

    def test_it_works(self, fresh: Workspace, client_for: ClientFor, rosa: User) -> None:
        client, url = client_for(rosa), f"/workspaces/{fresh.id}/owner/"
        assert 'value="owner@fresh.test"' in client.get(url).content.decode()
        done = client.post(url, {"name": "Rae", "email": "rae@fresh.test", "role": "admin"})
        assert done.headers["Location"] == f"/workspaces/{fresh.id}/"
        assert [to for to, _ in invitations(fresh)] == ["owner@fresh.test", "rae@fresh.test"]

    def test_it_checks_permission(self, fresh: Workspace, client_for: ClientFor, rosa: User) -> None:
        url = f"/workspaces/{fresh.id}/owner/"
        with platform():
            Staff.objects.filter(user_id=rosa.id).update(role="support")
        try:
            client = client_for(rosa)
            words = {"name": "X", "email": "x@y.test"}
            assert [client.get(url).status_code, client.post(url, words).status_code] == [403, 403]
        finally:
            with platform():
                Staff.objects.filter(user_id=rosa.id).update(role="owner")
        assert len(invitations(fresh)) == 1

    def test_other_resellers_get_404(self, fresh: Workspace, client_for: ClientFor, rita: User) -> None:
        client, url = client_for(rita), f"/workspaces/{fresh.id}/owner/"
        assert client.get(url).status_code == 404
        assert client.post(url, {"name": "X", "email": "x@y.test"}).status_code == 404

    def test_operators_only_read_it(self, fresh: Workspace, client_for: ClientFor, olga: User) -> None:
        page = client_for(olga).get(f"/workspaces/{fresh.id}/")
        assert (page.status_code, "owner@fresh.test" in page.content.decode()) == (200, True)
        assert client_for(olga).get(f"/workspaces/{fresh.id}/owner/").status_code == 404

    @pytest.mark.parametrize("wrong", [{"email": "nonsense"}, {"email": ""}, {"name": "a www.evil.test"}])
    def test_bad_input_is_a_clear_error(
        self, fresh: Workspace, client_for: ClientFor, rosa: User, wrong: dict[str, str]
    ) -> None:
        words = {"name": "X", "email": "x@y.test", **wrong}
        page = client_for(rosa).post(f"/workspaces/{fresh.id}/owner/", words)
        assert (page.status_code, len(invitations(fresh))) == (422, 1)
