"""Double opt-in: a branded mail with a signed link; opening it confirms nothing, its button does, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from core.contacts.models import Contact
from core.sending.models import Delivery
from inbox.conversations.models import Conversation
from inbox.transports.form import token
from inbox.transports.form.composing import compose_confirmation
from inbox.transports.form.domain import confirming
from inbox.transports.form.models import Consent, LeadForm, Submission
from inbox.transports.form.views import public
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import part, url
from tests.inbox.transports.form.conftest import ANSWERS, CONSENT, NEWS, PAGE, token_in

Fill = Callable[..., Any]


@pytest.fixture
def confirming_form(alice_ws: Workspace, consent_form: LeadForm) -> LeadForm:
    with workspace(alice_ws):
        LeadForm.objects.update(confirms=True)
        consent_form.refresh_from_db()
    return consent_form


def mails(row: Workspace) -> list[Delivery]:
    with workspace(row):
        return list(Delivery.objects.filter(kind=confirming.KIND).order_by("created_at"))


def link(row: Workspace) -> str:
    """Where the newest mail leads, without its host."""
    with workspace(row):
        said = compose_confirmation(mails(row)[-1])
    found = re.search(rf"http://{world.ALICE_HOST}:8000(/f/contact/confirm/\S+/)", said.text)
    assert found
    return found[1]


def submission(row: Workspace) -> Submission:
    with workspace(row):
        found: Submission = Submission.objects.latest("created_at")
        return found


def test_it_works(alice_ws: Workspace, confirming_form: LeadForm, fill: Fill, stranger: Client) -> None:
    answer = fill(**{NEWS: "yes"})
    assert "Look into your mailbox" in stranger.get(answer["Location"]).content.decode()
    assert [mail.to for mail in mails(alice_ws)] == [ANSWERS["email"]]
    where = link(alice_ws)
    for _ in range(3):  # a program that looks through mail
        assert stranger.get(where).status_code == 200
    assert submission(alice_ws).confirmed_at is None
    for _ in range(2):
        assert "Confirmed" in stranger.post(where).content.decode()
    again = stranger.get(where).content.decode()
    assert ("Already confirmed" in again, "<form" in again) == (True, False)
    row = submission(alice_ws)
    assert (row.confirmed_at is not None, row.confirmed_ip) == (True, "127.0.0.1")
    with workspace(alice_ws):
        kept = list(Consent.objects.order_by("at").values_list("act", "text", "email", "form_version"))
    assert kept == [
        ("given", CONSENT, ANSWERS["email"], 4),
        ("confirmed", CONSENT, ANSWERS["email"], 4),
    ]


def test_one_network_confirms_so_often(
    confirming_form: LeadForm,
    alice_ws: Workspace,
    fill: Fill,
    stranger: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill()
    monkeypatch.setattr(public, "SENDS", 1)
    assert [stranger.post(link(alice_ws)).status_code for _ in range(2)] == [200, 429]


def test_the_thread_says_how_far_it_is(
    alice_ws: Workspace,
    confirming_form: LeadForm,
    fill: Fill,
    stranger: Client,
    bob: User,
    client_for: Callable[[User], Client],
) -> None:
    fill()
    with workspace(alice_ws):
        at = url("inbox:thread", Conversation.objects.get().id)
    reader = client_for(bob)
    assert "E-mail address not confirmed yet" in reader.get(at).content.decode()
    stranger.post(link(alice_ws))
    assert "E-mail address confirmed" in reader.get(at).content.decode()


class TestAskingAfterAll:
    """The team has the mail sent that the form's own limits kept back."""

    @pytest.fixture
    def hasty(
        self, confirming_form: LeadForm, alice_ws: Workspace, fill: Fill, monkeypatch: pytest.MonkeyPatch
    ) -> str:
        monkeypatch.setattr(token, "HASTE", 60.0)
        fill(**{NEWS: "yes"})
        return url("forms:ask", submission(alice_ws).id)

    def thread(self, row: Workspace, reader: Client) -> str:
        with workspace(row):
            at = url("inbox:thread", Conversation.objects.get().id)
        return reader.get(at).content.decode()

    def test_it_works(self, alice_ws: Workspace, hasty: str, bob: User, client_for: Any) -> None:
        reader = client_for(bob)
        html = self.thread(alice_ws, reader)
        assert ("it was sent faster than a person types" in html, hasty in html) == (True, True)
        assert reader.post(hasty).status_code == 302
        again = reader.post(hasty, **part("messages"))
        assert "the mail went out already" in again["HX-Trigger"]
        assert [mail.to for mail in mails(alice_ws)] == [ANSWERS["email"]]
        assert "E-mail address not confirmed yet" in self.thread(alice_ws, reader)

    def test_a_trap_gets_none(
        self, alice_ws: Workspace, confirming_form: LeadForm, fill: Fill, bob: User, client_for: Any
    ) -> None:
        fill(website="https://spam.test")
        reader, address = client_for(bob), url("forms:ask", submission(alice_ws).id)
        html = self.thread(alice_ws, reader)
        assert ("a field was filled in that people cannot see" in html, address in html) == (True, False)
        answer = reader.post(address, **part("messages"))
        assert ("A robot filled this in" in answer["HX-Trigger"], mails(alice_ws)) == (True, [])

    def test_it_counts_as_the_forms_own(
        self, alice_ws: Workspace, hasty: str, bob: User, client_for: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(confirming, "PER_ADDRESS", 0)
        answer = client_for(bob).post(hasty, **part("messages"))
        assert ("Too many of these mails" in answer["HX-Trigger"], mails(alice_ws)) == (True, [])

    def test_another_mailbox_cannot_confirm_it(
        self, alice_ws: Workspace, hasty: str, bob: User, client_for: Any
    ) -> None:
        with workspace(alice_ws):
            Contact.objects.update(email="other@acme.test", email_key="other@acme.test")
        answer = client_for(bob).post(hasty, **part("messages"))
        assert ("another e-mail address" in answer["HX-Trigger"], mails(alice_ws)) == (True, [])

    def test_it_checks_permission(self, hasty: str, alice_ws: Workspace, visitor: Any) -> None:
        assert visitor(world.ALICE_HOST).post(hasty).status_code in {302, 403}
        assert mails(alice_ws) == []

    def test_other_workspace_gets_404(self, hasty: str, mallory: User, client_for: Any) -> None:
        assert client_for(mallory).post(hasty).status_code == 404


def test_what_a_stranger_typed_is_not_in_the_mail(
    alice_ws: Workspace, confirming_form: LeadForm, fill: Fill
) -> None:
    fill(message="Buy pills at https://pills.test", name="Pills")
    with workspace(alice_ws):
        said = compose_confirmation(mails(alice_ws)[0])
    assert [word in said.text + said.html + said.subject for word in ("pills", "Pills", "Alice", "#")] == [
        False,
        False,
        True,
        True,
    ]


def test_a_mailbox_is_not_filled(alice_ws: Workspace, confirming_form: LeadForm, fill: Fill) -> None:
    answers = {fill(message=f"Number {number}")["Location"] for number in range(6)}
    assert (len(mails(alice_ws)), answers) == (confirming.PER_ADDRESS, {"/f/contact/thanks/"})
    assert submission(alice_ws).asked_at is None
    fill(email="other@acme.test")
    assert mails(alice_ws)[-1].to == "other@acme.test"


def test_tags_and_dots_make_no_other_mailbox(
    alice_ws: Workspace, confirming_form: LeadForm, fill: Fill
) -> None:
    for address in (
        "v.ictim+1@gmail.com",
        "victim+2@googlemail.com",
        "vic.tim@gmail.com",
        "VICTIM@gmail.com",
    ):
        fill(email=address)
    assert len(mails(alice_ws)) == confirming.PER_ADDRESS
    for address in ("v.ictim@acme.test", "victim@acme.test"):  # elsewhere these are two people
        fill(email=address)
    assert [mail.to for mail in mails(alice_ws)[-2:]] == ["v.ictim@acme.test", "victim@acme.test"]


def test_one_network_sends_few(
    alice_ws: Workspace,
    confirming_form: LeadForm,
    fill: Fill,
    stranger: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confirming, "PER_NETWORK", 2)
    answers = {fill(email=f"person{number}@acme.test").status_code for number in range(4)}
    assert (len(mails(alice_ws)), answers) == (2, {302})
    with workspace(alice_ws):
        assert Submission.objects.count() == 4
    stranger.defaults["REMOTE_ADDR"] = "192.0.2.7"
    fill(email="elsewhere@acme.test")
    assert mails(alice_ws)[-1].to == "elsewhere@acme.test"


def test_a_workspace_sends_so_many_an_hour(
    alice_ws: Workspace,
    confirming_form: LeadForm,
    fill: Fill,
    stranger: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(confirming, "PER_WORKSPACE", 2)
    for number in range(4):  # each from somewhere else
        stranger.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        fill(email=f"person{number}@acme.test")
    assert (len(mails(alice_ws)), submission(alice_ws).asked_at) == (2, None)


def test_the_same_sent_twice_is_one_mail(alice_ws: Workspace, confirming_form: LeadForm, fill: Fill) -> None:
    fill()
    fill()
    assert len(mails(alice_ws)) == 1


def test_robots_send_none(
    alice_ws: Workspace, confirming_form: LeadForm, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(website="https://spam.test")
    monkeypatch.setattr(confirming, "UNPROVEN", 1)
    for number in range(3):
        fill(email=f"victim{number}@acme.test", proof="")
    assert [mail.to for mail in mails(alice_ws)] == ["victim0@acme.test"]


def test_a_form_that_does_not_ask_sends_none(alice_ws: Workspace, lead_form: LeadForm, fill: Fill) -> None:
    fill()
    assert mails(alice_ws) == []


@pytest.mark.parametrize("spoil", ["altered", "aged", "another form", "gone", "another place"])
def test_a_link_that_is_not_ours_confirms_nothing(
    alice_ws: Workspace,
    mallory_ws: Workspace,
    confirming_form: LeadForm,
    fill: Fill,
    stranger: Client,
    monkeypatch: pytest.MonkeyPatch,
    spoil: str,
) -> None:
    fill()
    where = link(alice_ws)
    if spoil == "altered":
        where = where.replace("/confirm/", "/confirm/x")
    if spoil == "aged":
        monkeypatch.setattr(token, "CONFIRM_AGE", timedelta(0).total_seconds() - 1)
    if spoil == "another form":
        with workspace(alice_ws):
            LeadForm.objects.create(slug="other", title="Other")
        where = where.replace("/contact/", "/other/")
    if spoil == "gone":
        with workspace(alice_ws):
            Conversation.objects.all().delete()
    client = Client(HTTP_HOST=world.MALLORY_HOST) if spoil == "another place" else stranger
    assert [client.get(where).status_code, client.post(where).status_code] == [410, 410]
    with workspace(alice_ws):
        assert Submission.objects.filter(confirmed_at__isnull=False).count() == 0


def test_a_form_that_confirms_always_asks_for_the_address(
    confirming_form: LeadForm, bob: User, client_for: Callable[[User], Client]
) -> None:
    sent = {"title": "T", "button": "Send", "thanks": "x", "confirms": "on", "order": ["email"]}
    answer = client_for(bob).post(url("forms:new"), {**sent, "email-kind": "email", "email-label": "E-mail"})
    assert (answer.status_code, answer.context["builder"].notes) == (
        422,
        [
            "To have an address confirmed, the form must always ask for the e-mail address: make that"
            " question required, without a condition."
        ],
    )


def test_the_page_of_the_token_takes_no_cookie(
    alice_ws: Workspace, confirming_form: LeadForm, fill: Fill, stranger: Client
) -> None:
    fill()
    stranger.post(link(alice_ws))
    assert (dict(stranger.cookies), token_in(stranger.get(PAGE)) != "") == ({}, True)
