"""Visitors at their sockets: who a token belongs to, who may no longer sit there, and what they whisper.

The socket itself is core/realtime; it knows nothing of widgets and visitors.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from core.accounts.access import Action, may
from core.accounts.models import User
from core.realtime.audience import Member, everyone, visitors
from core.realtime.rights import Identity
from core.realtime.whisper import Whisper
from inbox.transports.chat.access import NotAllowed, access_visitor, is_origin_allowed
from inbox.transports.chat.models import Visitor
from inbox.transports.chat.queries import the_widget
from inbox.transports.chat.wire import house_name, speaker

TYPING = "typing"
FRESH = timedelta(seconds=45)
"""How long the mark of a visitor with an open page is left as it is."""


class Visitors:
    """What core.realtime.rights asks of the chat."""

    def identify(self, token: str, *, origin: str) -> Identity | None:
        """The visitor, unless they, the chat or the site they come from are no longer allowed."""
        if not is_origin_allowed(origin):
            return None
        try:
            visitor = access_visitor(token)
        except NotAllowed:
            return None
        _note_here([visitor.id])
        member = Member(visitor=str(visitor.id))
        return Identity(
            session=token, member=member, role="visitor", proof=visitor.secret_hash, origin=origin
        )

    def suspects(self, identities: Sequence[Identity]) -> list[int]:
        """Those whose row, widget or site is no longer as it was; the others are here, which is noted."""
        widget = the_widget()
        origins = widget.allowed_origins if widget and widget.is_active else frozenset()
        ids = {one.member.visitor for one in identities}
        rows = Visitor.objects.filter(id__in=ids, is_blocked=False).values_list("id", "secret_hash")
        proofs = {str(id): proof for id, proof in rows}
        _note_here(list(map(UUID, proofs)))
        return [
            number
            for number, one in enumerate(identities)
            if one.origin not in origins or proofs.get(one.member.visitor) != one.proof
        ]


def _note_here(ids: list[UUID]) -> None:
    now = timezone.now()
    Visitor.objects.filter(id__in=ids, last_seen_at__lt=now - FRESH).update(last_seen_at=now)


def visitor_types(who: Identity, frame: Mapping[str, object]) -> Whisper | None:
    """A visitor types: told to the team, for their own conversation whatever the frame says."""
    rows = Visitor.objects.filter(id=who.member.visitor).exclude(conversation=None)
    conversation_id = rows.values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        return None
    return Whisper(TYPING, everyone(), {"conversation": str(conversation_id), "by": "contact"})


def teammate_types(who: Identity, frame: Mapping[str, object]) -> Whisper | None:
    """Somebody of the team types an answer: told to the visitor of that conversation, by name."""
    conversation_id = _uuid(frame.get("c"))
    if conversation_id is None:
        return None
    visitor_id = (
        Visitor.objects.filter(conversation_id=conversation_id, is_blocked=False)
        .values_list("id", flat=True)
        .first()
    )
    user = User.objects.select_related("team_role").filter(id=who.member.user).first()
    if visitor_id is None or user is None or not may(user, Action.USE_INBOX):
        return None
    return Whisper(TYPING, visitors([visitor_id]), {"name": speaker(user, house=house_name())})


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
