"""What teammates say in passing of a conversation: who looks at it, how far they have read, who writes.

Passed on to those who may read it and to nobody else; the browser's half is frontend/inbox/company.ts. What
is said to visitors is the chat's own.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import OuterRef, Subquery

from core.accounts.access import Action, may
from core.accounts.models import User
from core.realtime.audience import users
from core.realtime.rights import Identity
from core.realtime.whisper import Whisper
from inbox.conversations.models import Conversation, SeenMark

LOOKS = "looks"
WRITES = "writes"


def teammate_looks(who: Identity, frame: Mapping[str, object]) -> Whisper | None:
    """`c` is the conversation they have before them, "" for none, and `left` the one they had before."""
    left = _uuid(frame.get("left"))
    return _said(LOOKS, who, conversation_id=_uuid(frame.get("c")), left=left)


def teammate_writes(who: Identity, frame: Mapping[str, object]) -> Whisper | None:
    """They type an answer to conversation `c`."""
    return _said(WRITES, who, conversation_id=_uuid(frame.get("c")))


def _said(
    kind: str, who: Identity, *, conversation_id: UUID | None, left: UUID | None = None
) -> Whisper | None:
    """Who it is, where, and how far they have read there; None for who may not, and of what is not here."""
    people = {str(person.id): person for person in _readers()}
    person = people.get(who.member.user)
    seen = _seen(conversation_id, user=person) if person and conversation_id else None
    if person is None or (seen is None and left is None):
        return None
    facts = {"u": str(person.id), "name": person.display_name, "initials": person.initials}
    facts |= {"hue": str(person.hue), "left": str(left or "")}
    if seen is not None:
        facts |= {"c": str(conversation_id), "seq": str(seen)}
    return Whisper(kind, users(people), facts)


def _readers() -> list[User]:
    """Whoever may read conversations at this moment, support people too; a rule by row would ask for one."""
    rows = User.everyone.filter(is_active=True).select_related("team_role")
    return [person for person in rows if may(person, Action.USE_INBOX)]


def _seen(conversation_id: UUID, *, user: User) -> int | None:
    """How far they have read it, 0 for not at all; None for a conversation that is not here."""
    mark = SeenMark.objects.filter(conversation=OuterRef("pk"), user=user).values("seq")[:1]
    rows = Conversation.objects.filter(id=conversation_id).annotate(seen=Subquery(mark))
    found = list(rows.values_list("seen", flat=True))
    return found[0] or 0 if found else None


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
