"""Keeps the label or team that is about to be named from being deleted before the commit.

The foreign key alone complains at the commit, when nobody can be told any more.
"""

from uuid import UUID

from django.db import connection

from core.accounts.models import Team
from inbox.conversations.models import Label


class Gone(Exception):
    """The label or team was deleted meanwhile; the text says which."""


def hold_label(id: UUID) -> bool:
    """Whether there is such a label; nobody deletes it until the transaction ends."""
    return _hold(Label, id)


def hold_team(id: UUID) -> bool:
    """The same of a team."""
    return _hold(Team, id)


def _hold(model: type[Label] | type[Team], id: UUID) -> bool:
    """FOR KEY SHARE, which Django has no word for: those who name the same one do not wait for each other."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        sql = f'SELECT 1 FROM "{table}" WHERE id = %s AND deleted_at IS NULL FOR KEY SHARE'  # noqa: S608 - a table of ours
        cursor.execute(sql, [id])
        return cursor.fetchone() is not None
