"""An address from which mail came back: marked, not written to, and freed again by somebody of the team."""

from collections.abc import Callable

import pytest
from django.test import Client

from core.accounts.models import User
from core.contacts.models import Contact
from core.sending.domain.suppress import suppress
from core.sending.models import Suppression
from inbox.conversations.domain.replies import CannotReply, queue_reply
from inbox.conversations.models import Conversation
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead, url

pytestmark = pytest.mark.usefixtures("db", "redis")
TO, Reason = "gone@example.org", Suppression.Reason


@pytest.fixture
def conversation(alice_ws: Workspace) -> Conversation:
    with workspace(alice_ws):
        return a_lead(email=TO).conversation


def mark(row: Workspace, reason: Suppression.Reason = Reason.BOUNCE) -> None:
    with workspace(row):
        suppress("Gone@Example.org", reason=reason)


def contact_url(row: Workspace, name: str = "contacts:detail") -> str:
    with workspace(row):
        return url(name, Contact.objects.get(email=TO).id)


def test_it_works(
    client_for: Callable[..., Client], charlie: User, alice_ws: Workspace, conversation: Conversation
) -> None:
    mark(alice_ws)
    client, thread = client_for(charlie), url("inbox:thread", conversation.id)
    assert "Not reachable" in client.get(contact_url(alice_ws)).content.decode()
    html = client.get(thread).content.decode()
    assert ("Not reachable" in html, "gone@example.org cannot be written to." in html) == (True, True)
    with workspace(alice_ws), pytest.raises(CannotReply, match="cannot be written to"):
        queue_reply(conversation, author=charlie, text="Yes.")
    answer = client.post(contact_url(alice_ws, "contacts:reachable"), follow=True)
    assert "Not reachable" not in answer.content.decode()
    assert "cannot be written to" not in client.get(thread).content.decode()
    with workspace(alice_ws):
        assert queue_reply(conversation, author=charlie, text="Yes.").state == "queued"


@pytest.mark.parametrize("reason", [Reason.COMPLAINT, Reason.UNSUBSCRIBED, Reason.ERASED, Reason.MANUAL])
def test_any_other_reason_stays(
    client_for: Callable[..., Client],
    charlie: User,
    alice_ws: Workspace,
    conversation: Conversation,
    reason: Suppression.Reason,
) -> None:
    mark(alice_ws, reason)
    client = client_for(charlie)
    assert "write to it again" not in client.get(contact_url(alice_ws)).content.decode()
    client.post(contact_url(alice_ws, "contacts:reachable"))
    with workspace(alice_ws):
        assert list(Suppression.objects.values_list("reason", flat=True)) == [reason]


def test_other_workspace_gets_404(
    client_for: Callable[..., Client], mallory: User, alice_ws: Workspace, conversation: Conversation
) -> None:
    mark(alice_ws)
    assert client_for(mallory).post(contact_url(alice_ws, "contacts:reachable")).status_code == 404
    with workspace(alice_ws):
        assert Suppression.objects.count() == 1


def test_who_may_not_use_the_inbox_changes_nothing(
    client_for: Callable[..., Client], charlie: User, alice_ws: Workspace, conversation: Conversation
) -> None:
    from core.accounts.models import TeamRole

    mark(alice_ws)
    with workspace(alice_ws):
        role = TeamRole.objects.create(name="Looks on", actions=[])
        User.objects.filter(id=charlie.id).update(team_role=role)
    assert client_for(charlie).post(contact_url(alice_ws, "contacts:reachable")).status_code == 403
