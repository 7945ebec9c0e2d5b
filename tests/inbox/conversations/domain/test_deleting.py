"""A label or team is deleted while somebody gives it to a conversation: neither of the two fails."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from django.db import connections, transaction

from core.accounts.domain.teams import delete_team, make_team
from core.accounts.models import Team, User
from inbox.conversations.domain.clearing import clear
from inbox.conversations.domain.holding import Gone
from inbox.conversations.domain.labels import delete_label, make_label
from inbox.conversations.domain.sorting import add_label, assign_team
from inbox.conversations.enums import Sorting
from inbox.conversations.models import Conversation, ConversationLabel, Label
from tenants.context import entered, place_of, workspace
from tenants.models import Workspace
from tests.inbox.makers import a_lead

Act = Callable[[], Any]


@pytest.mark.parametrize("kind", ["label", "team"])
def test_who_gives_it_first_is_through_and_it_comes_off_again(
    fresh_workspace: Callable[..., Workspace], kind: str
) -> None:
    row = fresh_workspace()
    with workspace(row), ThreadPoolExecutor(1) as threads:
        give, take_away = acts(kind)
        with transaction.atomic():
            give()
            deleted = threads.submit(apart(row, take_away))
            waits(deleted)
        deleted.result(10)
        assert left() == (0, 0, 0, [None])


@pytest.mark.parametrize("kind", ["label", "team"])
def test_who_gives_it_too_late_is_told(fresh_workspace: Callable[..., Workspace], kind: str) -> None:
    row = fresh_workspace()
    with workspace(row), ThreadPoolExecutor(1) as threads:
        give, take_away = acts(kind)
        with transaction.atomic():
            take_away()
            given = threads.submit(apart(row, give))
            waits(given)
        with pytest.raises(Gone, match=f"That {kind} is gone."):
            given.result(10)
        assert left() == (0, 0, 0, [None])


def acts(kind: str) -> tuple[Act, Act]:
    """Giving it to a conversation, and deleting it."""
    conversation, user = a_lead().conversation, User.objects.get()
    if kind == "label":
        label = make_label(name="Invoice", hue=0)
        other = Label.objects.get()  # a deleted instance loses its key
        return lambda: add_label(conversation, label=other, by=user), lambda: delete_label(label)
    team = make_team(name="Sales", people=[])
    same = Team.objects.get()
    return lambda: assign_team(conversation, to=same, by=user), lambda: delete_team(team)


def apart(row: Workspace, act: Act) -> Act:
    """The same on a connection of its own."""

    def run() -> Any:
        try:
            with entered(place_of(row)):
                return act()
        finally:
            connections.close_all()

    return run


def waits(future: Future[Any]) -> None:
    sleep(0.4)
    assert not future.done()


def left() -> tuple[Any, ...]:
    """Once a worker was there."""
    for kind, model in ((Sorting.LABEL, Label), (Sorting.TEAM, Team)):
        for row in model.everyone.all():
            clear(kind, row.id)
    teams = list(Conversation.objects.values_list("team_id", flat=True))
    return Label.everyone.count(), ConversationLabel.objects.count(), Team.everyone.count(), teams
