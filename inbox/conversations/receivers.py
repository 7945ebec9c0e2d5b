"""What the inbox hears from elsewhere; connected in deploy/wiring.py."""

from typing import Any

from core.accounts.models import Team, User
from core.contacts.models import Contact
from core.sending.models import Delivery
from inbox.conversations.by_mail import REPLY
from inbox.conversations.domain.clearing import begin_clearing, left_of
from inbox.conversations.domain.settling import note_delay, settle_reply
from inbox.conversations.enums import Sorting
from inbox.conversations.push import push_change
from inbox.conversations.queries import newest_of


def on_team_deleted(sender: Any, *, team: Team, **kwargs: Any) -> None:
    """Its conversations become no team's."""
    begin_clearing(Sorting.TEAM, team.id, count=left_of(Sorting.TEAM, team.id))


def on_delivery_settled(sender: Any, *, delivery: Delivery, **kwargs: Any) -> None:
    """A mail was sent, failed, skipped or is unknown; told again now and then, which changes nothing."""
    if delivery.kind == REPLY:
        settle_reply(delivery)


def on_delivery_delayed(sender: Any, *, delivery: Delivery, **kwargs: Any) -> None:
    """A mail could not be handed over yet and is tried again by itself."""
    if delivery.kind == REPLY:
        note_delay(delivery)


def on_contact_corrected(sender: Any, *, contact: Contact, by: User, **kwargs: Any) -> None:
    """Whoever looks at one of their newest conversations sees it: in its row, its head and its panels."""
    for conversation in newest_of(contact.id):
        push_change(conversation, by=by)
