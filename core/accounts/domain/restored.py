"""What ends when a workspace comes out of an archive, and which people and roles none may bring along.

Sessions and counters are not in one at all.
"""

from django.utils import timezone

from core.accounts.models import SupportSession, TeamRole, User
from core.accounts.rules import SHADOW_DOMAIN, Role
from tenants.archive.manifest import BadArchive


def take_over() -> None:
    """Nobody from outside goes on with a stay that was granted before. Raises BadArchive."""
    if User.everyone.filter(email__endswith=f"@{SHADOW_DOMAIN}").exclude(role=Role.SUPPORT).exists():
        raise BadArchive("Somebody in this archive has an address that is kept for support people.")
    if not all(_is_list_of_words(actions) for actions in TeamRole.objects.values_list("actions", flat=True)):
        raise BadArchive("A role in this archive does not list what it may do.")
    SupportSession.objects.filter(ended_at=None).update(ended_at=timezone.now())


def _is_list_of_words(actions: object) -> bool:
    return isinstance(actions, list) and all(isinstance(action, str) for action in actions)
