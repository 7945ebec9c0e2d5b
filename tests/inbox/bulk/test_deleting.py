"""A team is deleted while a job gives it back to the conversations that had it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction

from core.accounts.domain.teams import delete_team, make_team
from core.accounts.models import Team, User
from inbox.bulk.domain.acts import act_on, take_back
from inbox.bulk.enums import Act
from inbox.conversations.domain.clearing import clear
from inbox.conversations.domain.sorting import assign_team
from inbox.conversations.enums import Sorting
from inbox.conversations.models import Conversation
from tenants.context import workspace
from tenants.models import Workspace
from tests.inbox.conversations.domain.test_deleting import apart, waits
from tests.inbox.makers import a_lead


def test_a_team_given_back_is_deleted_afterwards(fresh_workspace: Callable[..., Workspace]) -> None:
    row = fresh_workspace()
    with workspace(row), ThreadPoolExecutor(1) as threads:
        conversation, user = a_lead().conversation, User.objects.get()
        team = make_team(name="Sales", people=[])
        assign_team(conversation, to=Team.objects.get(), by=user)
        with transaction.atomic():
            before = act_on([str(conversation.id)], act=Act.TEAM, value={"to": ""}, by=user)
        with transaction.atomic():
            assert take_back(before, act=Act.TEAM, value={"to": ""}, by=user) == 1
            deleted = threads.submit(apart(row, lambda: delete_team(team)))
            waits(deleted)
        deleted.result(10)
        clear(Sorting.TEAM, team.id)
        assert (Conversation.objects.get().team_id, Team.everyone.count()) == (None, 0)
