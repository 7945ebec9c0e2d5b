"""Who may put which of our pages into a frame: nobody, save for the two kinds that are made for one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from inbox.transports.form.domain.forms import ensure_default_form
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.inbox.makers import a_lead, url

ORDINARY = [
    (world.ALICE_HOST, "/account/login/"),
    (world.ALICE_HOST, "/account/password/reset/"),
    (world.ALICE_HOST, "/nothing/here/"),
    (world.ROSA_HOST, "/account/login/"),
    (world.PLATFORM_HOST, "/account/login/"),
]


def framing(answer: Any) -> tuple[str | None, str]:
    """What the old header and the new one say about frames."""
    directives = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    return answer.headers.get("X-Frame-Options"), directives["frame-ancestors"]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("host", "path"), ORDINARY)
def test_an_ordinary_page_stands_in_no_frame(host: str, path: str) -> None:
    assert framing(Client(HTTP_HOST=host).get(path)) == ("DENY", "'none'")


@pytest.mark.parametrize("path", ["/", "/contacts/", "/settings/forms/", "/settings/team/"])
def test_nor_does_one_of_the_team(alice: User, client_for: Callable[[User], Client], path: str) -> None:
    answer = client_for(alice).get(path, follow=True)
    assert answer.status_code == 200
    assert framing(answer) == ("DENY", "'none'")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/f/contact/", ("DENY", "'none'")),
        ("/f/contact/thanks/", ("DENY", "'none'")),
        ("/f/contact/?embed=1", (None, "*")),
        ("/f/contact/thanks/?embed=1", (None, "*")),
        ("/f/contact/?embed=true", ("DENY", "'none'")),
    ],
)
def test_a_form_stands_in_frames_when_it_is_asked_for_as_one(
    alice_ws: Workspace, path: str, said: tuple[str | None, str]
) -> None:
    with workspace(alice_ws):
        ensure_default_form()
    assert framing(Client(HTTP_HOST=world.ALICE_HOST).get(path)) == said


def test_so_does_the_notice_of_a_closed_form(alice_ws: Workspace) -> None:
    with workspace(alice_ws):
        form = ensure_default_form()
        type(form).objects.update(is_active=False)
    client = Client(HTTP_HOST=world.ALICE_HOST)
    assert framing(client.get("/f/contact/")) == ("DENY", "'none'")
    assert framing(client.get("/f/contact/?embed=1")) == (None, "*")


def test_a_strangers_mail_stands_in_our_own_frame_only(
    alice_ws: Workspace, alice: User, client_for: Callable[[User], Client]
) -> None:
    with workspace(alice_ws):
        lead = a_lead(html="<p>Hello</p>")
    page = client_for(alice).get(url("inbox:message_html", lead.conversation.id, lead.message.id))
    assert framing(page) == ("SAMEORIGIN", "'self'")


def test_so_does_the_preview_of_a_brand(rosa: User, client_for: Callable[[User], Client]) -> None:
    page = client_for(rosa).get("/settings/brand/preview/")
    assert framing(page) == ("SAMEORIGIN", "'self'")
