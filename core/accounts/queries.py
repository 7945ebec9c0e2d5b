"""Reads about people: teammates, and whether somebody may be on a site at all.

Rights inside a workspace are a table in rules.py, asked through access.py.
"""

from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone

from core.accounts.models import SupportSession, Team, TeamMember, TeamRole, User
from core.accounts.rules import (
    BUILT_IN,
    WORKSPACE_ROLES,
    Role,
    RoleOffer,
    fold_email,
    rights_in_words,
)
from core.accounts.uses import uses_of_each
from tenants.console.stays import granted
from tenants.models import Domain, Staff
from tenants.sites import Site


def teammates() -> QuerySet[User]:
    """The active people of this place, by name."""
    people: QuerySet[User] = User.objects.filter(is_active=True)
    return people.order_by("name", "email")


def team() -> QuerySet[User]:
    """Everybody of this workspace with their role, those without access last."""
    people: QuerySet[User] = User.objects.select_related("team_role").order_by("-is_active", "name", "email")
    return people


def seat_count() -> int:
    """How many people of this workspace can sign in; the support person takes no seat."""
    return int(teammates().count())


def people_count() -> int:
    """How many people this workspace knows, those without access too."""
    return int(User.objects.count())


def teams() -> QuerySet[Team]:
    """The workspace's teams by name, each with its `members` and their people, in two questions."""
    places = TeamMember.objects.select_related("user").order_by("user__name", "user__email")
    rows: QuerySet[Team] = Team.objects.order_by("name").prefetch_related(Prefetch("members", places))
    return rows


def teams_by_name() -> QuerySet[Team]:
    """The workspace's teams by name, without their people."""
    rows: QuerySet[Team] = Team.objects.order_by("name")
    return rows


def team_name(team_id: UUID) -> str:
    """What a team is called, or "" where there is none."""
    row = Team.objects.filter(id=team_id).first()
    return row.name if row else ""


def teams_going() -> list[tuple[Team, list[str]]]:
    """Deleted teams that still have to come off something, with what is left of each in words."""
    rows = list(Team.everyone.exclude(deleted_at=None).order_by("deleted_at"))
    uses = uses_of_each([team.id for team in rows])
    return [(team, uses[team.id]) for team in rows if uses[team.id]]


def people_of(team: Team) -> list[UUID]:
    """The ids of a team's people."""
    return list(TeamMember.objects.filter(team=team).values_list("user_id", flat=True))


def own_roles() -> QuerySet[TeamRole]:
    """The workspace's own roles by name, each with how many `people` have it."""
    roles: QuerySet[TeamRole] = TeamRole.objects.annotate(people_count=Count("people"))
    return roles.order_by("name")


def role_offers() -> list[RoleOffer]:
    """What somebody here can be: the built-in roles, then the workspace's own."""
    own = (RoleOffer(str(role.id), role.name, rights_in_words(role.actions)) for role in own_roles())
    return [*BUILT_IN, *own]


def holder_count(role: TeamRole) -> int:
    return int(User.objects.filter(team_role=role).count())


def person_with(email: str) -> User | None:
    """Who has this address in this place."""
    people: QuerySet[User] = User.objects.filter(email=fold_email(email))
    return people.first()


def may_enter(user: User, site: Site) -> bool:
    """Whether a person may be signed in on this site; asked at sign-in and again with every request.

    Operators and all resellers' staff are users of one table, so on a console the user alone proves nothing.
    """
    if not user.is_active:
        return False
    if site.kind == Domain.Kind.PLATFORM:
        return user.role == Role.OPERATOR
    if site.kind == Domain.Kind.RESELLER and site.reseller_id:
        staff = Staff.objects.accepted().filter(user_id=user.pk, reseller_id=site.reseller_id)
        return staff.exists()
    return site.kind == Domain.Kind.WORKSPACE and user.role in WORKSPACE_ROLES


def standing_stay(user: User, stay_id: object, *, site: Site) -> SupportSession | None:
    """The support person's stay that this session was opened for, while it lasts and they may be here."""
    if not user.is_active or not site.is_workspace:
        return None
    rows = SupportSession.objects.filter(user=user, ended_at=None, expires_at__gt=timezone.now())
    stay: SupportSession | None = rows.first()
    if stay is None or str(stay.id) != stay_id:
        return None
    return stay if granted(stay.id, workspace_id=site.workspace_id) else None
