"""inbox/conversations/domain/seen.py: a mark only moves forward, and never past the newest message."""

from core.accounts.models import User
from inbox.conversations.domain.seen import mark_seen
from inbox.conversations.models import SeenMark
from inbox.conversations.queries import conversation_rows
from tenants.context import Place
from tests.inbox.makers import a_lead


def test_it_works_for_each_by_themselves(in_alice: Place, alice: User, bob: User) -> None:
    lead = a_lead()
    mark_seen(lead.conversation, user=bob, seq=1)
    unread = {user.email: conversation_rows(user).get().is_unread for user in (alice, bob)}
    assert unread == {alice.email: True, bob.email: False}


def test_it_never_goes_back_nor_ahead(in_alice: Place, bob: User) -> None:
    lead = a_lead()
    second = a_lead(text="Hello?", conversation_id=lead.conversation.id)
    for seq in (0, 99, 1):
        mark_seen(second.conversation, user=bob, seq=seq)
    assert list(SeenMark.objects.values_list("user", "seq")) == [(bob.id, 2)]
