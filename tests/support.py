"""How tests get a support person into Alice's workspace: by the console's own form and the link it gives."""

from urllib.parse import urlsplit

from django.test import Client

from core.accounts.models import SupportSession, User
from tenants.context import workspace
from tenants.models import Workspace
from tests import world
from tests.conftest import client_of

REASON = "They cannot find their form"


def ask(console: Client, row: Workspace, *, reason: str = REASON, minutes: str = "15") -> str:
    """Post the console's form; the link that leads into the workspace."""
    response = console.post(
        f"/workspaces/{row.id}/enter/", {"reason": reason, "minutes": minutes}, headers={"hx-request": "true"}
    )
    assert response.status_code == 204, response.content.decode()
    return response.headers["HX-Redirect"]


def follow(link: str, *, host: str = world.ALICE_HOST, client: Client | None = None) -> Client:
    """Open the link in a browser on a host; it may be refused."""
    browser = client or Client(HTTP_HOST=host)
    browser.last = browser.get(urlsplit(link).path)  # type: ignore[attr-defined]  # for whoever wants to see it
    return browser


def enter(person: User, row: Workspace, **said: str) -> Client:
    """A browser that is inside the workspace for support."""
    browser = follow(ask(client_of(person), row, **said))
    assert browser.last.status_code == 302, browser.last.content.decode()  # type: ignore[attr-defined]  # as above
    return browser


def stay_in(row: Workspace) -> SupportSession:
    """The newest stay, as the workspace knows it."""
    with workspace(row):
        found: SupportSession = SupportSession.objects.select_related("user").latest("started_at")
    return found
