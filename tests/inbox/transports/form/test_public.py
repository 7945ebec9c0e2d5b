"""The hosted form: no cookies, no lead lost, no lead doubled, nothing typed lost, nothing hostile alive."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from branding.domain.brands import save_brand
from branding.models import Brand
from inbox.conversations.models import Conversation, Message
from inbox.transports.form import token
from inbox.transports.form.models import LeadForm, Submission
from inbox.transports.form.views import public
from tenants.context import platform, workspace
from tenants.models import Reseller, Workspace
from tests import world
from tests.inbox.hostile import HOSTILE, live_parts
from tests.inbox.makers import url
from tests.inbox.transports.form.conftest import ANSWERS, PAGE, token_in

Fill = Callable[..., Any]


def only(row: Workspace) -> Conversation:
    with workspace(row):
        found: Conversation = Conversation.objects.select_related("contact__company").get()
        return found


def messages(row: Workspace) -> int:
    with workspace(row):
        return int(Message.objects.count())


def test_it_works(alice_ws: Workspace, lead_form: LeadForm, fill: Fill, stranger: Client) -> None:
    answer = fill()
    assert (answer.status_code, answer["Location"]) == (302, "/f/contact/thanks/")
    found = only(alice_ws)
    assert (found.channel, found.subject, found.preview, found.doubt) == (
        "form",
        "Contact us",
        "Do you deliver on Mondays?",
        "",
    )
    assert (found.contact.name, found.contact.email) == ("Zoë Quinn", "zoe@acme.test")
    assert (found.contact.company and found.contact.company.name, found.contact.source_first) == (
        "Acme",
        "form:contact",
    )
    assert lead_form.thanks.encode() in stranger.get(answer["Location"]).content


def test_no_cookie_is_set_or_needed(lead_form: LeadForm, fill: Fill, stranger: Client) -> None:
    fill()
    assert dict(stranger.cookies) == {}


def test_the_same_sent_twice_is_one_lead(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client, fill: Fill
) -> None:
    sent = {**ANSWERS, "token": token_in(stranger.get(PAGE))}
    assert [stranger.post(PAGE, sent).status_code for _ in range(2)] == [302, 302]
    assert fill().status_code == 302
    assert messages(alice_ws) == 1


def test_going_back_to_correct_a_word_is_not_lost(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client
) -> None:
    sent = {**ANSWERS, "token": token_in(stranger.get(PAGE))}
    stranger.post(PAGE, sent)
    stranger.post(PAGE, {**sent, "message": "I meant Tuesdays."})
    assert messages(alice_ws) == 2


def test_two_strangers_who_say_the_same_without_a_name_are_two(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill
) -> None:
    with workspace(alice_ws):
        LeadForm.objects.update(fields=[{"key": "message", "required": True}])
    fill(message="Hello")
    fill(message="Hello")
    assert messages(alice_ws) == 2


def test_a_robot_is_doubted_and_not_refused(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(website="https://spam.test")
    assert only(alice_ws).doubt == "trap"
    with workspace(alice_ws):
        Conversation.objects.all().delete()
    monkeypatch.setattr(token, "HASTE", 1.5)
    fill(message="In no time")
    assert only(alice_ws).doubt == "haste"


BAD = [
    ({"email": ""}, "email", "E-mail is needed."),
    ({"email": "zoe"}, "email", "E-mail does not look like an address, such as name@example.com."),
    ({"message": "   "}, "message", "Message is needed."),
    ({"name": "x" * 201}, "name", "Name can have at most 200 characters; this has 201."),
    ({"message": "x" * 10_001}, "message", "Message can have at most 10,000 characters; this has 10,001."),
    (
        {"company": "A\0B"},
        "company",
        "Company has a character that cannot be stored. Remove it and send again.",
    ),
    ({"email": "a@" + "x" * 300 + ".test"}, "email", "E-mail can have at most 254 characters; this has 307."),
]


@pytest.mark.parametrize(("change", "field", "error"), BAD)
def test_bad_input_is_a_clear_error_and_kept(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill, change: dict[str, str], field: str, error: str
) -> None:
    answer = fill(**change)
    form = answer.context["form"]
    assert (answer.status_code, form.errors) == (422, {field: [error]})
    assert {bound.name: bound.value() for bound in form} == ANSWERS | change
    assert escape(error).encode() in answer.content
    assert messages(alice_ws) == 0
    assert fill().status_code == 302


def test_neither_address_nor_number_is_asked_back(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill
) -> None:
    with workspace(alice_ws):
        fields = [{"key": key, "required": False} for key in ("email", "phone", "message")]
        LeadForm.objects.update(fields=fields)
    answer = fill(email="", phone="")
    said = ["Fill in “E-mail” or “Phone”, so that we can answer."]
    assert answer.context["form"].non_field_errors() == said


@pytest.mark.parametrize("bad", ["", "nonsense", "a:b:c", "\0"])
def test_without_a_true_token_the_words_are_kept(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill, stranger: Client, bad: str
) -> None:
    answer = fill(token=bad)
    assert (answer.status_code, answer.context["form"]["message"].value()) == (422, ANSWERS["message"])
    assert stranger.post(PAGE, {**ANSWERS, "token": token_in(answer)}).status_code == 302
    assert messages(alice_ws) == 1


def test_an_aged_token_is_renewed(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token, "MAX_AGE", -1)
    assert fill().status_code == 422
    assert messages(alice_ws) == 0


def test_a_token_of_another_workspace_or_form_is_refused(
    alice_ws: Workspace, mallory_ws: Workspace, lead_form: LeadForm, fill: Fill
) -> None:
    theirs = Client(HTTP_HOST=world.MALLORY_HOST).get(PAGE)
    assert fill(token=token_in(theirs)).status_code == 422
    with workspace(alice_ws):
        other = LeadForm.objects.create(slug="other", title="Other")
        assert fill(token=token.make_token(other)).status_code == 422
    assert (messages(alice_ws), messages(mallory_ws)) == (0, 0)


def test_a_lead_goes_to_the_workspace_of_its_host(
    alice_ws: Workspace, mallory_ws: Workspace, lead_form: LeadForm, fill: Fill
) -> None:
    fill()
    assert (messages(alice_ws), messages(mallory_ws)) == (1, 0)


def test_as_many_fields_as_the_largest_form_has_are_taken(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill
) -> None:
    assert fill(**{f"q{number}": "yes" for number in range(2_400)}).status_code == 302
    assert messages(alice_ws) == 1


def test_more_fields_than_asked_for_are_ignored(alice_ws: Workspace, lead_form: LeadForm, fill: Fill) -> None:
    extra = {
        "state": "resolved",
        "assignee": "x",
        "source": "api:x",
        "id": "x",
        "title": "Boss",
        "created_at": "1970",
    }
    assert fill(**extra).status_code == 302
    found = only(alice_ws)
    assert (found.state, found.assignee_id, found.contact.title) == ("open", None, "")


def test_too_many_are_told_and_their_words_kept(
    alice_ws: Workspace, lead_form: LeadForm, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "SENDS", 1)
    fill()
    answer = fill(message="Second")
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert answer.context["form"]["message"].value() == "Second"
    assert messages(alice_ws) == 1


def test_a_closed_or_unknown_form(alice_ws: Workspace, lead_form: LeadForm, stranger: Client) -> None:
    assert stranger.get("/f/nothing/").status_code == 404
    with workspace(alice_ws):
        LeadForm.objects.update(is_active=False)
    assert (stranger.get(PAGE).status_code, stranger.post(PAGE, ANSWERS).status_code) == (410, 410)


def test_what_was_typed_into_a_form_that_closed_meanwhile_can_be_copied(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client
) -> None:
    with workspace(alice_ws):
        LeadForm.objects.update(is_active=False)
    page = stranger.post(PAGE, {**ANSWERS, "message": "On Mondays?\n<b>Or</b> not?"}).content.decode()
    assert "Zoë Quinn" in page
    assert "On Mondays?<br>&lt;b&gt;Or&lt;/b&gt; not?" in page
    assert messages(alice_ws) == 0
    assert "yours was not sent" not in stranger.get(PAGE).content.decode()


def test_another_method_is_refused(lead_form: LeadForm, stranger: Client) -> None:
    assert stranger.put(PAGE).status_code == 405


def test_hostile_words_are_stored_and_shown_as_words(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client, redis: Any
) -> None:
    sent = {**ANSWERS, "token": token_in(stranger.get(PAGE))}
    for text in HOSTILE:
        bounced = stranger.post(PAGE, {**sent, "name": text, "company": text, "message": text, "email": text})
        html = bounced.content.decode()
        assert (bounced.status_code, live_parts(html), html.count(escape(text)) >= 4) == (422, [], True)
        stranger.post(PAGE, {**sent, "name": text, "message": text})
    with workspace(alice_ws):
        assert list(Message.objects.order_by("created_at").values_list("body_text", flat=True)) == HOSTILE


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}thanks/"])
@pytest.mark.parametrize("is_active", [True, False], ids=["open", "closed"])
def test_it_bears_the_workspaces_name_and_not_its_resellers(
    alice_ws: Workspace, lead_form: LeadForm, stranger: Client, path: str, is_active: bool
) -> None:
    with platform():
        rosa = Reseller.objects.get(slug="rosa")
        save_brand(Brand(reseller=rosa, name="Rosapress", footer="By Rosapress"), logo=None)
    with workspace(alice_ws):
        LeadForm.objects.update(is_active=is_active)
    html = stranger.get(path).content.decode()
    assert [word for word in ("Rosa", "Rosapress") if word in html] == []
    assert re.findall(r'logo-md" aria-hidden="true">(.)</span>\s*<strong>(.*?)</strong>', html) == [
        ("A", "Alice&#x27;s")
    ]
    assert " · Alice&#x27;s</title>" in html
    icon = re.search(r'rel="icon" href="(.*?)"', html)
    assert icon is not None
    assert ">A</text>" in stranger.get(icon[1]).content.decode()


class TestOwnQuestions:
    """Answers to a form's own questions: kept with the message, shown as a list, and harmless."""

    def ask(self, row: Workspace) -> None:
        questions = [
            {"v": 2, "key": "email", "kind": "email", "label": "E-mail", "required": True},
            {"v": 2, "key": "message", "kind": "message", "label": "Message", "required": True},
            {"v": 2, "key": "q00000001", "kind": "text", "label": "Budget <b>now</b>", "required": False},
            {
                "v": 2,
                "key": "q00000002",
                "kind": "hidden",
                "label": "Source",
                "param": "utm_source",
                "required": False,
            },
        ]
        with workspace(row):
            LeadForm.objects.update(fields=questions, version=7)

    def test_it_works(
        self, alice_ws: Workspace, lead_form: LeadForm, fill: Fill, bob: Any, client_for: Any
    ) -> None:
        self.ask(alice_ws)
        assert fill(q00000001="5,000 https://acme.test", q00000002="spring").status_code == 302
        found = only(alice_ws)
        with workspace(alice_ws):
            kept = Submission.objects.get()
            text = found.messages.get().body_text
        assert (kept.form_version, [answer["said"] for answer in kept.answers]) == (
            7,
            ["5,000 https://acme.test", "spring"],
        )
        assert text == (
            "Do you deliver on Mondays?\n\nBudget <b>now</b>: 5,000 https://acme.test\nSource: spring"
        )
        thread = client_for(bob).get(url("inbox:thread", found.id)).content.decode()
        assert '<p class="answers-words">Do you deliver on Mondays?</p>' in thread
        assert "<dt>Budget &lt;b&gt;now&lt;/b&gt;</dt>" in thread

    def test_a_hidden_question_reads_the_address(
        self, alice_ws: Workspace, lead_form: LeadForm, stranger: Client
    ) -> None:
        self.ask(alice_ws)
        html = stranger.get(PAGE, {"utm_source": "<i>", "other": "x"}).content.decode()
        assert '<input type="hidden" name="q00000002" value="&lt;i&gt;"' in html

    def test_hostile_answers_are_shown_as_words(
        self, alice_ws: Workspace, lead_form: LeadForm, fill: Fill, bob: Any, client_for: Any
    ) -> None:
        self.ask(alice_ws)
        reader = client_for(bob)
        for text in HOSTILE:
            fill(q00000001=text, q00000002=text, message=text)
        with workspace(alice_ws):
            ids = list(Conversation.objects.values_list("id", flat=True))
        pages = [reader.get(url("inbox:thread", id)).content.decode() for id in ids]
        assert (len(pages), [live_parts(part_of(html)) for html in pages]) == (
            len(HOSTILE),
            [[]] * len(HOSTILE),
        )


def part_of(html: str) -> str:
    """The bubble, without the frame around it."""
    return html.partition('bubble-laid">')[2].partition('<div class="msg-foot">')[0]
