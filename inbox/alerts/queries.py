"""What one person is told of a message, as they chose."""

from dataclasses import asdict, dataclass

from core.accounts.models import User
from core.text import preview
from inbox.alerts.models import AlertChoice
from inbox.conversations.enums import Direction
from inbox.conversations.models import Message


@dataclass(frozen=True, slots=True)
class Alert:
    """A notification's words, and whether it is shown and heard. `body` has the message's only if wanted."""

    title: str
    body: str
    desktop: bool
    sound: bool

    def facts(self) -> dict[str, str | bool]:
        return asdict(self)


def choice_of(user: User) -> AlertChoice:
    """What they chose, or what holds until they do; not stored."""
    return AlertChoice.objects.filter(user=user).first() or AlertChoice(user=user)


def alert_for(user: User, *, message: Message) -> Alert | None:
    """None when they are not to be told: of their own side's words, of a robot's, of a teammate's matter."""
    choice = choice_of(user)
    if not (choice.desktop or choice.sound) or message.direction != Direction.IN or message.automatic:
        return None
    if message.conversation.assignee_id not in {None, user.id} and not choice.others:
        return None
    return Alert(
        title=message.conversation.contact.display_name if choice.words else "New message",
        body=preview(message.body_text) if choice.words else "Somebody wrote to you.",
        desktop=choice.desktop,
        sound=choice.sound,
    )
