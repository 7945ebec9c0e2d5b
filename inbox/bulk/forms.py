"""What a bulk bar and its menus send: which conversations, which act, and what the act needs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from core.accounts.models import User
from inbox.bulk.enums import MOST_IDS, Act
from inbox.bulk.queries import label_named, person_named, team_named
from inbox.conversations.domain.state import LONGEST_SNOOZE
from inbox.conversations.enums import Priority
from inbox.conversations.filters import ListFilter, NoSuchFilter, asked_filter

UNSAID = "Say what to do with them."


class BulkForm(forms.Form):
    """`do` is the act. `all` with `query` means the whole list of that address; else there is an `id` each.

    Cleaned, it has `act`, `value` and `says` of a job, `shown` or None, and `ids`.
    """

    do = forms.ChoiceField(choices=Act, error_messages=dict.fromkeys(("invalid_choice", "required"), UNSAID))
    all = forms.BooleanField(required=False)
    query = forms.CharField(required=False, max_length=500)

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        self._sent, self._user = data, user

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        act = Act(cleaned["do"])
        value, says = _READERS.get(act, _plain)(act, self._sent, self._user)
        shown = _filter(cleaned["query"]) if cleaned["all"] else None
        ids = [] if shown else _ids(self._sent.getlist("id"))
        return cleaned | {"act": act, "value": value, "says": says, "shown": shown, "ids": ids}


def _filter(query: str) -> ListFilter:
    asked = QueryDict(query)
    names = ("view", "label", "team", "priority")
    try:
        return asked_filter(**{name: asked.get(name, "") for name in names})
    except NoSuchFilter as error:
        raise ValidationError("This list is not known here. Reload the page and try again.") from error


def _ids(texts: list[str]) -> list[UUID]:
    if not texts:
        raise ValidationError("Choose the conversations first.")
    if len(texts) > MOST_IDS:
        raise ValidationError(f"Choose at most {MOST_IDS} one by one, or all that match the view.")
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise ValidationError("These conversations are not known here. Reload the page.") from error


def _plain(act: Act, sent: QueryDict, user: User) -> tuple[dict[str, Any], str]:
    return {}, {Act.PENDING: "Set to pending"}.get(act, str(act.label))


def _assign(act: Act, sent: QueryDict, user: User) -> tuple[dict[str, Any], str]:
    if sent.get("to") == "nobody":
        return {"to": ""}, "Assign to nobody"
    person = person_named(_uuid(sent.get("to", "")))
    if person is None:
        raise ValidationError("That person is not in the team any more.")
    return {"to": str(person.id)}, f"Assign to {person.display_name}"[:200]


def _team(act: Act, sent: QueryDict, user: User) -> tuple[dict[str, Any], str]:
    if not sent.get("team"):
        return {"to": ""}, "Take from their team"
    team = team_named(_uuid(sent.get("team", "")))
    if team is None:
        raise ValidationError("That team is gone.")
    return {"to": str(team.id)}, f"Give to {team.name}"


def _label(act: Act, sent: QueryDict, user: User) -> tuple[dict[str, Any], str]:
    label = label_named(_uuid(sent.get("label", "")))
    if label is None:
        raise ValidationError("That label is gone.")
    says = f"Label with {label.name}" if act is Act.LABEL else f"Take {label.name} off"
    return {"label": str(label.id)}, says


def _priority(act: Act, sent: QueryDict, user: User) -> tuple[dict[str, Any], str]:
    known = {str(choice.value): choice for choice in Priority}
    choice = known.get(sent.get("priority", ""))
    if choice is None:
        raise ValidationError("Say which priority: 0 for none to 4 for urgent.")
    return {"priority": choice.value}, f"Priority {choice.label.lower()}"


def _snooze(act: Act, sent: QueryDict, user: User) -> tuple[dict[str, Any], str]:
    if sent.get("until") == "reply":
        return {}, "Snooze until they write"
    until = _moment(sent.get("until", ""))
    now = timezone.now()
    if until is None:
        raise ValidationError("Say until when: a day and a time.")
    if until <= now:
        raise ValidationError("That time has passed. Choose a later one.")
    if until > now + LONGEST_SNOOZE:
        raise ValidationError("A conversation sleeps for a year at most. Choose an earlier day.")
    return {"until": until.isoformat()}, "Snooze"


_READERS = {
    Act.ASSIGN: _assign,
    Act.TEAM: _team,
    Act.LABEL: _label,
    Act.UNLABEL: _label,
    Act.PRIORITY: _priority,
    Act.SNOOZE: _snooze,
}


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and is_aware(found) else None


def _uuid(text: str) -> UUID:
    """What is no id becomes one that nothing has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
