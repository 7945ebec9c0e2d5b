"""inbox/conversations/domain/sorting.py and labels.py: assignee, team, priority, labels."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.accounts.models import Team, User
from inbox.conversations.domain import labels, sorting
from inbox.conversations.domain.clearing import clear
from inbox.conversations.enums import Priority, Sorting
from inbox.conversations.models import Conversation, ConversationLabel, Label
from tenants.context import Place
from tests.inbox.makers import a_lead


def row() -> Conversation:
    found: Conversation = Conversation.objects.get()
    return found


def test_nobody_without_access_takes_work(in_alice: Place, alice: User, bob: User) -> None:
    conversation = a_lead().conversation
    bob.is_active = False
    with pytest.raises(sorting.CannotAssign, match="has no access any more"):
        sorting.assign(conversation, to=bob, by=alice)
    assert row().assignee_id is None


def test_a_teams_matter_stays_whose_it_is(in_alice: Place, bob: User) -> None:
    conversation, team = a_lead().conversation, Team.objects.create(name="Sales")
    sorting.assign(conversation, to=bob, by=bob)
    sorting.assign_team(conversation, to=team, by=bob)
    assert (row().team_id, row().assignee_id) == (team.id, bob.id)
    team.delete()
    assert row().team_id is None


def test_priority(in_alice: Place, bob: User) -> None:
    sorting.set_priority(a_lead().conversation, priority=Priority.URGENT, by=bob)
    assert row().priority == Priority.URGENT


def test_a_label_is_put_on_once_and_taken_off(in_alice: Place, bob: User) -> None:
    conversation, label = a_lead().conversation, labels.make_label(name="Invoice", hue=30)
    for _ in range(2):
        sorting.add_label(conversation, label=label, by=bob)
    assert [one.name for one in row().labels] == ["Invoice"]
    for _ in range(2):
        sorting.remove_label(conversation, label=label, by=bob)
    assert row().labels == []


def test_there_are_not_too_many(in_alice: Place, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "MOST_LABELS", 1)
    monkeypatch.setattr(labels, "MOST", 2)
    conversation = a_lead().conversation
    first, second = (labels.make_label(name=name, hue=0) for name in "AB")
    sorting.add_label(conversation, label=first, by=bob)
    with pytest.raises(sorting.TooManyLabels, match="1 labels at most"):
        sorting.add_label(conversation, label=second, by=bob)
    with pytest.raises(ValidationError, match="2 labels already"):
        labels.make_label(name="C", hue=0)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " ", "hue": 0}, "at most 40 characters"),
        ({"name": "x" * 41, "hue": 0}, "at most 40 characters"),
        ({"name": "a\x00b", "hue": 0}, "cannot be stored|character"),
        ({"name": "invoice", "hue": 0}, "called “invoice” already"),
        ({"name": "New", "hue": 7}, "Choose one of the colours"),
    ],
)
def test_a_bad_label_is_refused(in_alice: Place, sent: dict[str, Any], said: str) -> None:
    labels.make_label(name="Invoice", hue=0)
    with pytest.raises(ValidationError, match=said):
        labels.make_label(**sent)
    assert Label.objects.count() == 1


def test_a_deleted_label_is_off_everything(in_alice: Place, bob: User) -> None:
    label = labels.make_label(name="Invoice", hue=0)
    sorting.add_label(a_lead().conversation, label=label, by=bob)
    assert labels.delete_label(label) == 1
    clear(Sorting.LABEL, label.id)
    assert (Label.objects.count(), ConversationLabel.objects.count(), Conversation.objects.count()) == (
        0,
        0,
        1,
    )
