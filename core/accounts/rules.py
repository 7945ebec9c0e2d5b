"""Roles, the acts they allow, and who may do what: one table, and whatever is not in it is refused.

The decorators that ask it are in access.py; the roles of reseller staff are rows of tenants.Staff. A
workspace's own roles are rows of TeamRole, which list actions of this table.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """Operator and staff stand in `public`, the others in a workspace.

    Support is the shadow of an operator or reseller's staff inside a workspace: nobody's teammate.
    """

    OPERATOR = "operator", "Operator"
    STAFF = "staff", "Reseller staff"
    ADMIN = "admin", "Admin"
    MANAGER = "manager", "Manager"
    AGENT = "agent", "Agent"
    SUPPORT = "support", "Support"


class Action(StrEnum):
    """An act in a workspace that not everybody may do. Each view names the one it performs."""

    USE_INBOX = "use_inbox"
    ADD_LEADS = "add_leads"
    MANAGE_FORMS = "manage_forms"
    MANAGE_CHAT = "manage_chat"
    MANAGE_API_KEYS = "manage_api_keys"
    MANAGE_TEAM = "manage_team"
    SEE_ACTIVITY = "see_activity"
    MANAGE_LABELS = "manage_labels"
    SEE_REPORTS = "see_reports"
    DELETE_CONVERSATIONS = "delete_conversations"
    MANAGE_CANNED = "manage_canned"
    MANAGE_VIEWS = "manage_views"
    MANAGE_MAIL = "manage_mail"


_EVERYDAY = frozenset({Action.USE_INBOX, Action.ADD_LEADS})
_CHANNELS = frozenset({Action.MANAGE_FORMS, Action.MANAGE_CHAT})
_WORDS = frozenset({Action.MANAGE_LABELS, Action.MANAGE_CANNED, Action.MANAGE_VIEWS})

ROLE_MAY: dict[Role, frozenset[Action]] = {
    Role.ADMIN: frozenset(Action),
    Role.MANAGER: _EVERYDAY | _CHANNELS | _WORDS | {Action.SEE_REPORTS, Action.DELETE_CONVERSATIONS},
    Role.AGENT: _EVERYDAY,
    Role.SUPPORT: _EVERYDAY | _CHANNELS | _WORDS,
}

WORKSPACE_ROLES = frozenset(ROLE_MAY) - {Role.SUPPORT}
"""What a teammate can be."""
SHADOW_DOMAIN = "support.invalid"
"""Of the addresses of support people's shadows; the top-level name never exists (RFC 2606 §2)."""
PLATFORM_ROLES = frozenset({Role.OPERATOR, Role.STAFF})


def role_may(role: str, action: str) -> bool:
    """Whether a role is listed for an action; unknown roles and unlisted actions are refused."""
    return any(action == listed for listed in ROLE_MAY.get(role, frozenset()))  # type: ignore[call-overload]  # a str


def fold_email(email: str) -> str:
    """The one spelling under which an address is kept and looked up."""
    return unicodedata.normalize("NFKC", email).strip().lower()


@dataclass(frozen=True, slots=True)
class Words:
    """What people read about an action when they choose who may do it."""

    label: str
    help: str


ACTION_WORDS: dict[Action, Words] = {
    Action.USE_INBOX: Words("Use the inbox", "Read and answer conversations, see contacts."),
    Action.ADD_LEADS: Words("Add leads", "Begin a conversation with somebody new."),
    Action.SEE_REPORTS: Words("See reports", "How much is written, and how long answers take, by person."),
    Action.DELETE_CONVERSATIONS: Words("Delete conversations", "Remove them with all their messages."),
    Action.MANAGE_LABELS: Words("Manage labels", "Make the labels that sort conversations, and change them."),
    Action.MANAGE_CANNED: Words("Manage canned replies", "Write those that the whole team uses."),
    Action.MANAGE_VIEWS: Words("Manage saved views", "Make those views of the inbox that everybody sees."),
    Action.MANAGE_FORMS: Words("Manage web forms", "Make forms and change what they ask."),
    Action.MANAGE_CHAT: Words("Manage the chat", "Say on which sites it stands, and when."),
    Action.MANAGE_MAIL: Words("Manage e-mail", "See how mail is signed, and answer it automatically."),
    Action.MANAGE_API_KEYS: Words("Manage API keys", "Let other programs put leads in."),
    Action.SEE_ACTIVITY: Words("See the activity log", "Read who did what here, and end a support stay."),
    Action.MANAGE_TEAM: Words("Manage the team", "Invite people and give them their roles."),
}

FOR_ADMINS = frozenset({Action.MANAGE_TEAM})
"""What no role of a workspace's own may hold: whoever gives rights could give themselves the rest."""

GRANTABLE = [action for action in Action if action not in FOR_ADMINS]


def own_role_may(actions: Iterable[object], action: str) -> bool:
    """Whether an own role lists an action; one that nobody may grant is refused, listed or not."""
    return any(action == known for known in GRANTABLE) and action in set(map(str, actions))


def rights_in_words(actions: Iterable[object]) -> str:
    """What somebody who holds these actions may do, in one line; unknown ones are left out."""
    held = set(map(str, actions))
    said = [words.label for action, words in ACTION_WORDS.items() if action in held]
    if len(said) == len(ACTION_WORDS):
        return "May do everything here"
    words = ", ".join(label[0].lower() + label[1:] for label in said)
    return f"May {words}" if words else "May sign in, and nothing else"


@dataclass(frozen=True, slots=True)
class RoleOffer:
    """A role that a teammate can be given, by its value in a form, and in one line what it may do."""

    value: str
    label: str
    says: str


BUILT_IN = [
    RoleOffer(role.value, str(role.label), rights_in_words(ROLE_MAY[role]))
    for role in Role
    if role in WORKSPACE_ROLES
]
