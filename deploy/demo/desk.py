"""How a demo's team has set up its desk: labels and teams by what people write about, urgent things, a view.

What conversations there are is bulk.py; what they are about stands in business.py.
"""

from collections.abc import Iterable

from django.db.models import Q

from core.accounts.domain.teams import make_team
from core.accounts.models import Team, User
from core.accounts.queries import teammates
from deploy.demo.business import Business, Matter
from inbox.conversations.domain.labels import make_label
from inbox.conversations.enums import Priority
from inbox.conversations.filters import ListFilter, View
from inbox.conversations.models import Conversation, ConversationLabel, Label
from inbox.saved.domain.saved import save_view
from inbox.saved.models import SavedView


def lay_out(business: Business, *, owner: User) -> None:
    """Sort the conversations of the current workspace; what is there by its name already is used."""
    people = list(teammates().order_by("email"))
    for number, matter in enumerate(business.matters):
        label = Label.objects.filter(name=matter.label).first()
        _sort(matter, label=label or make_label(name=matter.label, hue=matter.hue), people=people[number:])
    _view(business.matters[0].label, by=owner)


def _sort(matter: Matter, *, label: Label, people: Iterable[User]) -> None:
    about = Conversation.objects.filter(_mentions(matter.words))
    marked = about.exclude(label_marks__label=label)
    ConversationLabel.objects.bulk_create(
        ConversationLabel(conversation=row, label=label, state=row.state, last_message_at=row.last_message_at)
        for row in marked
    )
    if matter.team:
        team = Team.objects.filter(name=matter.team).first()
        about.update(team=team or make_team(name=matter.team, people=[one.id for one in people]))
    if matter.is_urgent:
        about.update(priority=Priority.URGENT)


def _mentions(words: Iterable[str]) -> Q:
    """In their subjects."""
    found = Q()
    for word in words:
        found |= Q(subject__icontains=word)
    return found


def _view(label: str, *, by: User) -> None:
    """One that the team shares: of this label, who waits."""
    name = f"{label}, waiting"
    if not SavedView.objects.filter(name=name).exists():
        shown = ListFilter(view=View.WAITING, label=Label.objects.get(name=label).id)
        save_view(None, name=name, shown=shown, shared=True, by=by)
