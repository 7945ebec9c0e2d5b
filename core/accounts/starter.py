"""The roles of a starter template: a list of `{"name", "actions"}`; applied as rows of TeamRole.

What a role may hold is checked where roles are made, domain/roles.py.
"""

from typing import Any

from django.core.exceptions import ValidationError

from core.accounts.domain.roles import MOST, check_actions, check_name
from core.accounts.models import TeamRole
from tenants.models import Workspace
from tenants.starters import StarterPart


def check(content: Any) -> None:
    """Raises ValidationError."""
    if not isinstance(content, list) or len(content) > MOST:
        raise ValidationError(f"Roles are a list of at most {MOST}.")
    names = [_checked(entry)["name"].casefold() for entry in content]
    if len(set(names)) < len(names):
        raise ValidationError("Two roles have the same name.")


def _checked(entry: Any) -> dict[str, Any]:
    whole = isinstance(entry, dict) and set(entry) == {"name", "actions"} and isinstance(entry["name"], str)
    if not whole or not _is_texts(entry["actions"]):
        raise ValidationError("A role is a name and a list of actions.")
    return {"name": check_name(entry["name"]), "actions": check_actions(entry["actions"])}


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def apply(workspace: Workspace, content: Any) -> None:
    """Make the roles that are not there yet."""
    check(content)
    there = {name.casefold() for name in TeamRole.objects.values_list("name", flat=True)}
    for entry in map(_checked, content):
        if entry["name"].casefold() not in there:
            TeamRole.objects.create(**entry)


def capture(workspace: Workspace) -> Any:
    """The roles as they are here. An action that is gone since is left out."""
    return [
        {"name": role.name, "actions": [action for action in role.actions if _still_known(action)]}
        for role in TeamRole.objects.order_by("name")
    ]


def _still_known(action: str) -> bool:
    try:
        return bool(check_actions([action]))
    except ValidationError:
        return False


def describe(content: Any) -> str:
    names = ", ".join(entry["name"] for entry in content)
    return f"{len(content)} role{'' if len(content) == 1 else 's'}: {names}"


ROLES = StarterPart(
    key="roles",
    label="Roles",
    check=check,
    apply=apply,
    capture=capture,
    describe=describe,
    order=10,
)
