"""Every form of a side sheet as a page of its own: opened by a link or reloaded, it works without the sheet.

The pages are found, not listed: whatever address of a site draws a template that extends ui/sheet_page.html.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import TeamRole, User
from tenants.context import platform, workspace
from tenants.models import Domain, Staff, StarterTemplate, Workspace
from tests.conftest import client_of
from tests.core.ui.test_templates import page_templates
from tests.isolation.routes import Route, routes

pytestmark = pytest.mark.usefixtures("db")

Rows = dict[str, str]
EXTENDS = '{% extends "ui/sheet_page.html" %}'
IN_SHEET = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#sheet-body"}
"""What the browser says when the sheet opens."""

FORM = re.compile(r'<form[^>]*class="sheet-form"[^>]*>.*?</form>', re.S)
ACTION = re.compile(r'<form[^>]*\saction="([^"]+)"')
COMPLAINT = re.compile(r'class="field-error"|class="notice notice-error" role="alert"')
PAGE = "<!doctype html>"


def sheet_templates() -> set[str]:
    return {name for name, path in page_templates() if path.read_text().startswith(EXTENDS)}


def names_of(answer: object) -> set[str]:
    return {str(one.name).partition("#")[0] for one in getattr(answer, "templates", [])}


@pytest.fixture
def people(alice: User, rosa: User, olga: User) -> dict[str, Client]:
    return {"workspace": client_of(alice), "reseller": client_of(rosa), "platform": client_of(olga)}


@pytest.fixture
def rows(alice_ws: Workspace) -> Rows:
    """One row of whatever a sheet is about, by the name it has in an address; the owner has not come in."""
    reseller = alice_ws.reseller
    with platform():
        kept: dict[str, Any] = {
            "workspace_id": alice_ws,
            "reseller_id": reseller,
            "staff_id": Staff.objects.create(
                reseller=reseller,
                user=User.objects.create(email="late@rosa.test", role="staff", password="!"),
                role="support",
                invited_name="Late",
            ),
            "starter_id": StarterTemplate.objects.create(
                reseller=reseller, name="Ours", parts={"brand": {"hue": 12}}
            ),
            "domain_id": Domain.objects.create(
                host="second.test", kind="workspace", reseller=reseller, workspace=alice_ws, is_primary=False
            ),
        }
        Workspace.objects.filter(id=alice_ws.id).update(owner_email="late@alice.test")
    with workspace(alice_ws):
        User.objects.create(email="late@alice.test", name="Late", role="admin", password="!")
        kept["user_id"] = User.objects.get(email="bob@alice.test")
        kept["role_id"] = TeamRole.objects.create(name="Helper", actions=[])
    return {name: str(row.pk) for name, row in kept.items()}


def sheets(people: dict[str, Client], rows: Rows) -> Iterator[tuple[Route, Client, str, set[str]]]:
    """Each address that draws a sheet's page, with whoever may open it."""
    for route in routes("workspace", "reseller", "platform"):
        if not {part.name for part in route.parts} <= set(rows):
            continue
        client, path = people[route.site], route.path([rows[part.name] for part in route.parts])
        answer = client.get(path)
        if answer.status_code == 200 and (drawn := names_of(answer) & sheet_templates()):
            yield route, client, path, drawn


def laid_out(client: Client, path: str) -> Iterator[str]:
    """What is wrong with a page that leads into the closed sheet, or with a sheet that is a whole page."""
    page = client.get(path).content.decode()
    form = FORM.search(page)
    if "#sheet-body" in page:
        yield "it leads into the sheet, which is closed"
    if form and not ACTION.search(form[0]):
        yield "its form leads nowhere"
    if "data-close>Cancel" in page:
        yield "Cancel closes a sheet that is not open"
    if PAGE in client.get(path, headers=IN_SHEET).content.decode():
        yield "the sheet is answered with a page"


def refused(client: Client, path: str) -> Iterator[str]:
    """What is wrong with the answer to bad input: it has to be a whole page that says why."""
    form = FORM.search(client.get(path).content.decode())
    if not form or 'class="field"' not in form[0]:
        return
    answer = client.post(path, {"name": "\0", "typed": "no", "where": "subdomain"})
    text = answer.content.decode()
    if answer.status_code != 422 or PAGE not in text or not COMPLAINT.search(text):
        yield f"bad input is answered with {answer.status_code} and no complaint on a page"


def test_each_works_on_a_page_of_its_own(people: dict[str, Client], rows: Rows) -> None:
    faults, seen = [], set()
    for route, client, path, drawn in sheets(people, rows):
        seen |= drawn
        faults += [(str(route), fault) for fault in [*laid_out(client, path), *refused(client, path)]]
    assert faults == []
    assert seen == sheet_templates()


@pytest.mark.parametrize("path", ["/workspaces/new/", "/staff/new/"])
def test_bad_input_is_a_clear_error(people: dict[str, Client], path: str) -> None:
    answer = people["reseller"].post(path, {"name": ""})
    assert (answer.status_code, len(COMPLAINT.findall(answer.content.decode())) > 1) == (422, True)
