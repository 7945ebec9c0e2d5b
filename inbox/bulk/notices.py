"""What people are told of jobs: how many conversations became theirs or their team's, once for a whole job.

Of a single one they are told by inbox/conversations/notices.py; how notices are kept is core/notices.
"""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from core.accounts.access import Action
from core.accounts.queries import people_of
from core.notices.domain.notify import notify
from core.notices.kinds import Kind, Line
from core.notices.models import Notice
from inbox.bulk.enums import Act
from inbox.bulk.models import BulkJob
from inbox.bulk.queries import person_named, team_named
from inbox.conversations.filters import View

ASSIGNED, TEAM_ASSIGNED = "inbox.bulk_assigned", "inbox.bulk_team_assigned"


def tell_given(job: BulkJob) -> None:
    """Whom a job that is over gave conversations: nobody twice of one job, and nobody of their own."""
    to = job.value.get("to")
    if not job.changed or not to:
        return
    if job.act == Act.ASSIGN and (person := person_named(UUID(to))):
        notify(ASSIGNED, to=[person.id], about=job.id, by=job.asked_by, happening=job.id)
    elif job.act == Act.TEAM and (team := team_named(UUID(to))):
        notify(TEAM_ASSIGNED, to=people_of(team), about=job.id, by=job.asked_by, happening=job.id)


def _given(notices: Sequence[Notice]) -> dict[UUID, Line]:
    """Jobs are forgotten after some days; what they gave is still where it was."""
    jobs = BulkJob.objects.in_bulk([one.about for one in notices])
    return {one.id: _line(jobs.get(one.about)) for one in notices}


def _line(job: BulkJob | None) -> Line:
    url = reverse("inbox:list")
    if job is None:
        return Line("several conversations", "", url)
    count = job.changed - job.undone
    if not count:
        return Line("several conversations, and took that back", "", "")
    where = f"view={View.MINE}" if job.act == Act.ASSIGN else f"view={View.OPEN}&team={job.value['to']}"
    words = "1 conversation" if count == 1 else f"{count:,} conversations"
    return Line(words, "", f"{url}?{where}")


KINDS = (
    Kind(key=ASSIGNED, icon="user-plus", says="gave you", describe=_given, may=Action.USE_INBOX),
    Kind(key=TEAM_ASSIGNED, icon="users", says="gave your team", describe=_given, may=Action.USE_INBOX),
)
