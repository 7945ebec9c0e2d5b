"""Whose house an invitation names: the workspace's own, a console's reseller; in subject, text and looks."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.domain.owners import invite_owner
from core.accounts.models import User
from core.sending.models import Delivery
from tenants.context import platform, workspace
from tenants.models import Workspace

pytestmark = pytest.mark.usefixtures("db")

ClientFor = Callable[..., Client]
TO = {"name": "Dora Dent", "email": "dora@dent.test"}


def said(mail: Delivery) -> tuple[str, str, str]:
    """Subject, first sentence of the text, and the same of the mail with looks."""
    text, html = mail.payload["text"], mail.payload["html"]
    shown = re.findall(r'<tr><td style="padding:8px 32px">(.*?)</td></tr>', html)
    return mail.payload["subject"], text.split("\n\n")[1], shown[1].replace("&#x27;", "'")


def test_a_teammates(client_for: ClientFor, alice: User, alice_ws: Workspace) -> None:
    client_for(alice).post("/settings/team/add/", {**TO, "role": "agent"})
    with workspace(alice_ws):
        mail = Delivery.objects.get()
    sentence = (
        "Alice Archer invites you to Alice's. Follow this link to choose a password;"
        " it is good for 7 days and works once."
    )
    assert said(mail) == ("Alice Archer invites you to Alice's", sentence, sentence)
    assert "Rosa's" not in mail.payload["text"].split("\n\n")[1]


def test_the_first_owners(alice_ws: Workspace, alice: User) -> None:
    with workspace(alice_ws):
        User.objects.filter(id=alice.id).update(password="!")
        invite_owner(alice_ws)
        mail = Delivery.objects.get()
    sentence = (
        "Rosa's invites you to Alice's. Follow this link to choose a password;"
        " it is good for 7 days and works once."
    )
    assert said(mail) == ("Rosa's invites you to Alice's", sentence, sentence)


def test_a_resellers_staffs(client_for: ClientFor, rosa: User) -> None:
    client_for(rosa).post("/staff/new/", {**TO, "role": "admin"})
    with platform():
        mail = Delivery.objects.get()
    sentence = (
        "Rosa invites you to the staff of Rosa's. Follow this link to accept;"
        " it is good for 7 days and works once."
    )
    assert said(mail) == ("Rosa invites you to Rosa's", sentence, sentence)
