"""Consents: the exact words that were shown, of which form and version, whose, from where; never changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.utils import ProgrammingError
from django.test import Client

from core.accounts.models import User
from inbox.conversations.models import Conversation
from inbox.transports.form.models import Consent, LeadForm
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.makers import url
from tests.inbox.transports.form.conftest import ANSWERS, CONSENT, NEWS, PAGE, token_in

Fill = Callable[..., Any]


def test_it_works(alice_ws: Workspace, consent_form: LeadForm, fill: Fill) -> None:
    assert fill(**{NEWS: "yes"}).status_code == 302
    with workspace(alice_ws):
        kept = Consent.objects.get()
    assert (kept.act, kept.text, kept.label, kept.question) == ("given", CONSENT, "News", NEWS)
    assert (kept.form_id, kept.form_title, kept.form_version) == (consent_form.id, "Contact us", 4)
    assert (kept.email, kept.ip) == ("zoe@acme.test", "127.0.0.1")


def test_the_same_sent_twice_is_one_consent(alice_ws: Workspace, consent_form: LeadForm, fill: Fill) -> None:
    fill(**{NEWS: "yes"})
    fill(**{NEWS: "yes"})
    with workspace(alice_ws):
        assert Consent.objects.count() == 1


def test_nobody_consents_to_words_that_changed_meanwhile(
    alice_ws: Workspace, consent_form: LeadForm, stranger: Client, redis: Any
) -> None:
    said = {**ANSWERS, NEWS: "yes", "token": token_in(stranger.get(PAGE))}
    with workspace(alice_ws):
        LeadForm.objects.update(version=5)
    answer = stranger.post(PAGE, said)
    form = answer.context["form"]
    assert (answer.status_code, form["message"].value()) == (422, ANSWERS["message"])
    assert not form[NEWS].value()
    with workspace(alice_ws):
        assert Consent.objects.count() == 0
    assert stranger.post(PAGE, {**said, "token": token_in(answer)}).status_code == 302
    with workspace(alice_ws):
        assert Consent.objects.get().form_version == 5


def test_a_box_that_was_not_ticked_is_no_consent(
    alice_ws: Workspace, consent_form: LeadForm, fill: Fill
) -> None:
    fill()
    with workspace(alice_ws):
        assert Consent.objects.count() == 0


def test_its_words_are_shown_as_words(consent_form: LeadForm, stranger: Client) -> None:
    html = stranger.get(PAGE).content.decode()
    assert "about &lt;b&gt;paint&lt;/b&gt;, see <a href=" in html


CHANGES: dict[str, Callable[[], object]] = {
    "update": lambda: Consent.objects.update(text="All mail"),
    "delete": lambda: Consent.objects.all()._raw_delete("default"),
}


def test_they_stand_beside_the_conversation(
    alice_ws: Workspace, consent_form: LeadForm, fill: Fill, bob: User, client_for: Callable[[User], Client]
) -> None:
    fill(**{NEWS: "yes"})
    with workspace(alice_ws):
        conversation = Conversation.objects.get()
    html = client_for(bob).get(url("inbox:thread", conversation.id)).content.decode()
    assert "Write to me about &lt;b&gt;paint&lt;/b&gt;" in html
    assert "“Contact us”, version 4, zoe@acme.test, from 127.0.0.1" in html


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_it_afterwards(
    alice_ws: Workspace, consent_form: LeadForm, fill: Fill, change: str
) -> None:
    fill(**{NEWS: "yes"})
    with workspace(alice_ws), pytest.raises(ProgrammingError, match="permission denied"):
        CHANGES[change]()
