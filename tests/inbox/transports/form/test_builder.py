"""The builder: questions are added, moved and removed without storing; whatever is wrong loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules.checking import NO_WAY, NOT_ALWAYS
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.hostile import HOSTILE, live_parts
from tests.inbox.makers import part, url
from tests.inbox.transports.form.conftest import asked, opened

COLOUR, SHADE = "q00000001", "q00000002"
SENT: dict[str, Any] = {
    "title": "Paint",
    "intro": "Half typed",
    "button": "Send",
    "thanks": "Thanks",
    "is_active": "on",
    **asked("email", "Your e-mail", required="on"),
    **asked(COLOUR, "Colour", kind="one", options="Red\r\n\r\n Blue "),
    **asked(SHADE, "Shade", kind="text", when_key=COLOUR, when_op="is", when_values=["Red"]),
    "order": ["email", COLOUR, SHADE],
}


@pytest.fixture
def bobs(bob: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(bob)


def order(answer: Any) -> list[str]:
    return [row.key for row in answer.context["builder"].rows]


def test_it_works(alice_ws: Workspace, bobs: Client, lead_form: LeadForm) -> None:
    assert bobs.post(url("forms:edit", lead_form.id), SENT | opened(bobs, lead_form)).status_code == 302
    with workspace(alice_ws):
        row = LeadForm.objects.get(id=lead_form.id)
    assert (row.version, [question.label for question in row.questions]) == (
        2,
        ["Your e-mail", "Colour", "Shade"],
    )
    assert row.questions[1].options == ("Red", "Blue")
    assert row.fields[2]["when"] == {"key": COLOUR, "op": "is", "values": ["Red"]}
    page = bobs.get(url("forms:edit", lead_form.id)).content.decode()
    assert page.count('name="order"') == 3


def test_each_button_says_which_question_it_is_about(bobs: Client) -> None:
    page = bobs.post(url("forms:new"), SENT | {"do": "draw:email"}).content.decode()
    for label in ("Your e-mail", "Colour", "Shade"):
        for words in (f"Move “{label}” up", f"Move “{label}” down", f"Remove “{label}”"):
            assert page.count(f'<span class="sr-only">{words}</span>') == 1


def test_only_a_change_of_questions_is_a_new_version(
    alice_ws: Workspace, bobs: Client, lead_form: LeadForm
) -> None:
    for title, order in (
        ("Paint", SENT["order"]),
        ("Other words", SENT["order"]),
        ("Other", ["email", COLOUR]),
    ):
        now = opened(bobs, lead_form)
        bobs.post(url("forms:edit", lead_form.id), SENT | now | {"title": title, "order": order})
    with workspace(alice_ws):
        assert LeadForm.objects.get(id=lead_form.id).version == 3


@pytest.mark.parametrize(
    ("do", "after"),
    [
        ("up:email", ["email", COLOUR, SHADE]),
        ("down:email", [COLOUR, "email", SHADE]),
        ("up:" + COLOUR, [COLOUR, "email", SHADE]),
        ("remove:" + SHADE, ["email", COLOUR]),
        ("remove:nothing", ["email", COLOUR, SHADE]),
        ("add:phone", ["email", COLOUR, SHADE, "phone"]),
        ("add:email", ["email", COLOUR, SHADE]),
        ("add:nothing", ["email", COLOUR, SHADE]),
    ],
)
def test_buttons_change_the_page_and_store_nothing(
    alice_ws: Workspace, bobs: Client, lead_form: LeadForm, do: str, after: list[str]
) -> None:
    answer = bobs.post(url("forms:edit", lead_form.id), SENT | {"do": do})
    assert (answer.status_code, order(answer), answer.context["builder"].notes) == (200, after, [])
    html = answer.content.decode()
    assert all(text in html for text in ("Half typed", "Your e-mail", ["Red", "Blue"][0]))
    with workspace(alice_ws):
        assert LeadForm.objects.get(id=lead_form.id).title == "Contact us"


def test_another_question_of_its_own_has_a_key_of_its_own(bobs: Client) -> None:
    first = order(bobs.post(url("forms:new"), SENT | {"do": "add:text"}))[-1]
    second = order(bobs.post(url("forms:new"), SENT | {"do": "add:text"}))[-1]
    assert (len(first), first == second) == (9, False)


def test_a_button_gets_the_builder_alone_when_htmx_asks(bobs: Client) -> None:
    html = bobs.post(url("forms:new"), SENT | {"do": "draw:email"}, **part("builder")).content.decode()
    assert (html.count("<form"), "<html" in html) == (1, False)


def test_what_others_hang_on_is_not_taken_from_under_them(bobs: Client) -> None:
    answer = bobs.post(url("forms:new"), SENT | {"do": f"remove:{COLOUR}"})
    assert (order(answer), answer.context["builder"].notes) == (
        SENT["order"],
        ["“Shade” is asked because of “Colour”. Change that condition first."],
    )
    for do in (f"down:{COLOUR}", f"up:{SHADE}"):
        answer = bobs.post(url("forms:new"), SENT | {"do": do})
        assert (order(answer), answer.context["builder"].notes) == (
            SENT["order"],
            [
                "“Shade” is asked because of “Colour”, so it stays below it. Take its condition away first.",
            ],
        )


def test_what_is_dragged_above_what_decides_is_told_at_once_and_not_stored(
    alice_ws: Workspace, bobs: Client, lead_form: LeadForm
) -> None:
    turned = SENT | {"order": ["email", SHADE, COLOUR]}
    drawn = bobs.post(url("forms:edit", lead_form.id), turned | {"do": "draw:email"})
    assert drawn.context["builder"].notes == [
        "“Shade” is asked because of a question that does not come before it."
    ]
    answer = bobs.post(url("forms:edit", lead_form.id), turned)
    assert (answer.status_code, order(answer)) == (422, turned["order"])
    assert answer.context["builder"].rows[1].errors == {
        "when_key": ["The question that decides must come earlier in the form."]
    }
    with workspace(alice_ws):
        assert LeadForm.objects.get(id=lead_form.id).version == 1


def test_bad_input_is_a_clear_error_and_kept(bobs: Client) -> None:
    answer = bobs.post(url("forms:new"), SENT | {f"{COLOUR}-options": "Green", f"{SHADE}-label": ""})
    builder = answer.context["builder"]
    assert (answer.status_code, {row.key: row.errors for row in builder.rows if row.errors}) == (
        422,
        {
            COLOUR: {"options": ["Name at least two answers, each on a line of its own."]},
            SHADE: {"label": ["Say what is asked."], "when_values": ["“Red” is no answer to “Colour”."]},
        },
    )
    assert [text in answer.content.decode() for text in ("Half typed", ">\nGreen<")] == [True, True]


def test_a_form_without_a_way_to_answer_is_refused(bobs: Client) -> None:
    answer = bobs.post(url("forms:new"), SENT | {"order": [COLOUR]})
    assert (answer.status_code, answer.context["builder"].notes) == (422, [NO_WAY])


def test_a_form_that_asks_some_people_no_way_to_answer_is_refused(bobs: Client) -> None:
    sent = SENT | {"order": [COLOUR, "email"], "email-when_key": COLOUR, "email-when_op": "filled"}
    answer = bobs.post(url("forms:new"), sent)
    assert (answer.status_code, answer.context["builder"].notes) == (422, [NOT_ALWAYS])
    assert NOT_ALWAYS in answer.content.decode()
    assert bobs.post(url("forms:new"), sent | {f"{COLOUR}-required": "on"}).status_code == 302


def test_at_most_so_many_questions(bobs: Client) -> None:
    many = [f"q{number:08x}" for number in range(16, 55)]
    sent = (
        SENT
        | {"order": ["email", *many]}
        | {k: v for key in many for k, v in asked(key, "X", kind="text").items()}
    )
    answer = bobs.post(url("forms:new"), sent | {"do": "add:text"})
    assert (len(order(answer)), answer.context["builder"].notes) == (
        40,
        ["A form has at most 40 questions."],
    )


class TestTwoAtOnce:
    """Whoever saves last is told what was saved meanwhile, and writes over it only on purpose."""

    def save(self, client: Client, form: LeadForm, **changes: Any) -> Any:
        return client.post(url("forms:edit", form.id), SENT | changes)

    def title(self, row: Workspace) -> str:
        with workspace(row):
            return str(LeadForm.objects.get().title)

    def test_it_works(
        self, alice_ws: Workspace, alice: User, bobs: Client, client_for: Any, lead_form: LeadForm
    ) -> None:
        alices = client_for(alice)
        his, hers = opened(bobs, lead_form), opened(alices, lead_form)
        assert self.save(alices, lead_form, **hers, title="Hers").status_code == 302
        for _ in range(2):  # pressing Save again writes nothing over either
            told = self.save(bobs, lead_form, **his, title="His")
            assert (told.status_code, self.title(alice_ws)) == (409, "Hers")
        html = told.content.decode()
        assert "A teammate changed this form meanwhile" in html
        assert [text in html for text in ('value="His"', "Half typed", 'target="_blank"')] == [True] * 3
        over = self.save(bobs, lead_form, **his, title="His", over=told.context["theirs"])
        assert (over.status_code, self.title(alice_ws)) == (302, "His")

    def test_writing_over_is_for_what_was_seen_alone(
        self, alice_ws: Workspace, alice: User, bobs: Client, client_for: Any, lead_form: LeadForm
    ) -> None:
        alices, his = client_for(alice), opened(bobs, lead_form)
        self.save(alices, lead_form, **opened(alices, lead_form), title="Hers")
        told = self.save(bobs, lead_form, **his, title="His").context["theirs"]
        self.save(alices, lead_form, **opened(alices, lead_form), title="Hers again")
        assert self.save(bobs, lead_form, **his, title="His", over=told).status_code == 409
        assert self.title(alice_ws) == "Hers again"

    def test_a_question_moved_meanwhile_does_not_make_it_forgotten(
        self, alice_ws: Workspace, alice: User, bobs: Client, client_for: Any, lead_form: LeadForm
    ) -> None:
        alices, his = client_for(alice), opened(bobs, lead_form)
        self.save(alices, lead_form, **opened(alices, lead_form), title="Hers")
        drawn = self.save(bobs, lead_form, **his, do="down:email")
        assert self.save(bobs, lead_form, opened=drawn.context["builder"].opened).status_code == 409

    def test_whoever_saves_the_same_again_meets_nobody(
        self, bobs: Client, alice: User, client_for: Any, lead_form: LeadForm
    ) -> None:
        his = opened(bobs, lead_form)
        self.save(bobs, lead_form, **his)
        again = opened(bobs, lead_form)
        self.save(client_for(alice), lead_form, **again)
        assert self.save(bobs, lead_form, **again).status_code == 302


class TestPreview:
    def test_it_works(self, alice_ws: Workspace, bobs: Client, lead_form: LeadForm) -> None:
        for address in (url("forms:new_preview"), url("forms:preview", lead_form.id)):
            shown = bobs.post(address, SENT)
            html = shown.content.decode()
            assert (
                shown["X-Frame-Options"],
                "frame-ancestors 'self'" in shown["Content-Security-Policy"],
            ) == (
                "SAMEORIGIN",
                True,
            )
            assert [word in html for word in ("Paint", "Shade", "Message", 'type="submit"')] == [
                True,
                True,
                False,
                False,
            ]
        assert "Message" in bobs.get(url("forms:preview", lead_form.id)).content.decode()
        with workspace(alice_ws):
            assert [row.title for row in LeadForm.objects.all()] == ["Contact us"]

    def test_it_checks_permission(
        self, charlie: User, lead_form: LeadForm, client_for: Callable[[User], Client]
    ) -> None:
        for address in (url("forms:new_preview"), url("forms:preview", lead_form.id)):
            assert client_for(charlie).post(address, SENT).status_code == 403

    def test_other_workspace_gets_404(
        self, mallory: User, lead_form: LeadForm, client_for: Callable[[User], Client]
    ) -> None:
        assert client_for(mallory).post(url("forms:preview", lead_form.id), SENT).status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_words(bobs: Client, text: str) -> None:
    sent = SENT | {f"{COLOUR}-label": text, f"{COLOUR}-help": text, f"{COLOUR}-options": f"{text}\nRed"}
    for address in (url("forms:new"), url("forms:new_preview")):
        assert live_parts(bobs.post(address, sent | {"do": "draw:email"}).content.decode()) == []
