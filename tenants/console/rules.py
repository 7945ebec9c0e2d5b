"""Who may do what in a reseller's console: one table, and whatever is not in it is refused."""

from dataclasses import dataclass
from enum import StrEnum

from tenants.models import Staff


class ConsoleAction(StrEnum):
    """An act in a reseller's console. Each view names the one it performs."""

    SEE_WORKSPACES = "see_workspaces"
    CREATE_WORKSPACES = "create_workspaces"
    SUSPEND_WORKSPACES = "suspend_workspaces"
    MARK_PAYMENTS = "mark_payments"
    ARCHIVE_WORKSPACES = "archive_workspaces"
    EXPORT_WORKSPACES = "export_workspaces"
    IMPORT_WORKSPACES = "import_workspaces"
    MOVE_WORKSPACES = "move_workspaces"
    ENTER_WORKSPACES = "enter_workspaces"
    MANAGE_STARTERS = "manage_starters"
    SEE_LOG = "see_log"
    EDIT_BRAND = "edit_brand"
    SEE_STAFF = "see_staff"
    MANAGE_STAFF = "manage_staff"


SAYS: dict[ConsoleAction, str] = {
    ConsoleAction.SEE_WORKSPACES: "See the workspaces and how they are",
    ConsoleAction.CREATE_WORKSPACES: "Create workspaces",
    ConsoleAction.SUSPEND_WORKSPACES: "Suspend and reactivate workspaces",
    ConsoleAction.MARK_PAYMENTS: "Mark workspaces as past due or as paid",
    ConsoleAction.ARCHIVE_WORKSPACES: "Archive, restore and delete workspaces",
    ConsoleAction.EXPORT_WORKSPACES: "Export workspaces, with everything that is in them",
    ConsoleAction.IMPORT_WORKSPACES: "Bring workspaces in from files",
    ConsoleAction.MOVE_WORKSPACES: "Rename and move workspaces, change their addresses",
    ConsoleAction.ENTER_WORKSPACES: "Enter a client’s workspace to help, with a reason",
    ConsoleAction.MANAGE_STARTERS: "Edit what new workspaces start with",
    ConsoleAction.SEE_LOG: "Read the log",
    ConsoleAction.EDIT_BRAND: "Edit the brand",
    ConsoleAction.SEE_STAFF: "See the staff",
    ConsoleAction.MANAGE_STAFF: "Invite and remove staff, change their roles",
}
"""Each action as people read it."""

STAFF_MAY: dict[str, frozenset[ConsoleAction]] = {
    Staff.Role.OWNER: frozenset(ConsoleAction),
    Staff.Role.ADMIN: frozenset(ConsoleAction) - {ConsoleAction.MANAGE_STAFF},
    Staff.Role.SUPPORT: frozenset({ConsoleAction.SEE_WORKSPACES, ConsoleAction.ENTER_WORKSPACES}),
    Staff.Role.BILLING: frozenset(
        {ConsoleAction.SEE_WORKSPACES, ConsoleAction.MARK_PAYMENTS, ConsoleAction.SEE_STAFF}
    ),
}


def staff_may(role: str, action: str) -> bool:
    """Whether a staff role is listed for an action."""
    return any(action == listed for listed in STAFF_MAY.get(role, frozenset()))


@dataclass(frozen=True, slots=True)
class RoleRights:
    """A role in words: what it may do, and what not."""

    value: str
    label: str
    may: list[str]
    may_not: list[str]


def role_table() -> list[RoleRights]:
    """Every role as people read it, from the table that the guards ask."""
    return [
        RoleRights(
            value=role.value,
            label=str(role.label),
            may=[says for action, says in SAYS.items() if staff_may(role, action)],
            may_not=[says for action, says in SAYS.items() if not staff_may(role, action)],
        )
        for role in Staff.Role
    ]
