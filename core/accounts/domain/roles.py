"""Roles of a workspace's own: making, changing and deleting them.

Who has which is users.py next door. As there, other rights raise the session epoch of everybody they concern.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from core.accounts.models import TeamRole, User
from core.accounts.rules import FOR_ADMINS, GRANTABLE, Role
from core.naming import given_once, tidy_name
from tenants import audit

MOST = 30
"""How many roles a workspace may have; beyond that nobody knows any more who may do what."""


def check_name(name: str) -> str:
    """The name as it is kept. Raises ValidationError for one that is empty, too long or a built-in role's."""
    name = tidy_name(name, most=60, what="the role")
    if name.casefold() in {role.label.casefold() for role in Role}:
        raise ValidationError({"name": f"“{name}” is the name of a built-in role. Choose another one."})
    return name


def check_actions(actions: Collection[str]) -> list[str]:
    """The actions in their own order. Raises ValidationError for one that no own role may hold."""
    if any(action == kept for action in actions for kept in FOR_ADMINS):
        raise ValidationError({"actions": "Only admins manage the team. Leave that out of the role."})
    unknown = set(actions) - {str(action) for action in GRANTABLE}
    if unknown:
        raise ValidationError({"actions": f"There is no action “{sorted(unknown)[0]}”."})
    return [str(action) for action in GRANTABLE if action in actions]


def make_role(*, name: str, actions: Collection[str]) -> TeamRole:
    """A new role. Raises ValidationError."""
    role = TeamRole(name=check_name(name), actions=check_actions(actions))
    if TeamRole.objects.count() >= MOST:
        raise ValidationError(f"There are {MOST} roles already. Delete one that nobody needs.")
    with transaction.atomic():
        _save(role)
        audit.record("role.create", target=role.id, label=role.name, detail={"actions": role.actions})
    return role


def edit_role(role: TeamRole, *, name: str, actions: Collection[str]) -> TeamRole:
    """Another name or other rights; other rights sign its people out. Raises ValidationError."""
    name, wanted = check_name(name), check_actions(actions)
    with transaction.atomic():
        locked = TeamRole.objects.select_for_update().get(id=role.id)
        detail = _difference(locked, name=name, actions=wanted)
        if locked.actions != wanted:
            _cut(locked)
        locked.name, locked.actions = name, wanted
        _save(locked)
        audit.record("role.change", target=locked.id, label=name, detail=detail)
    return locked


def _difference(before: TeamRole, *, name: str, actions: list[str]) -> dict[str, object]:
    """What the log says of a change: the rights there are now, those that came and those that went."""
    return {
        "actions": actions,
        "added": [action for action in actions if action not in before.actions],
        "removed": [action for action in before.actions if action not in actions],
        "from": before.name if before.name != name else "",
    }


def delete_role(role: TeamRole) -> int:
    """Take a role away; its people are agents from then on, and signed out. How many those are."""
    with transaction.atomic():
        locked = TeamRole.objects.select_for_update().get(id=role.id)
        fell_back = _cut(locked, role=Role.AGENT, team_role=None)
        audit.record("role.delete", target=locked.id, label=locked.name, detail={"people": fell_back})
        locked.delete()
    return fell_back


def _cut(whose: TeamRole, **changes: object) -> int:
    """End the sessions of everybody with this role; whoever is given it meanwhile waits for its lock."""
    people = User.objects.filter(team_role=whose)
    return int(people.update(session_epoch=F("session_epoch") + 1, **changes))


def _save(role: TeamRole) -> None:
    with given_once("team_role_named_once", said=f"There is a role called “{role.name}” already."):
        role.save()
