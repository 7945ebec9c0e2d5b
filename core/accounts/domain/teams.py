"""Teams of a workspace: making, changing, deleting. A team says whose work it is, never who may do it."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.accounts.models import Team, TeamMember, User
from core.accounts.signals import team_deleted
from core.naming import given_once, tidy_name
from tenants import audit

MOST = 50
"""How many teams a workspace may have."""
NAME_LENGTH = 60


def make_team(*, name: str, people: Collection[UUID]) -> Team:
    """A new team of these active people. Raises ValidationError."""
    team = Team(name=tidy_name(name, most=NAME_LENGTH, what="the team"))
    if Team.objects.count() >= MOST:
        raise ValidationError(f"There are {MOST} teams already. Delete one that nobody needs.")
    with transaction.atomic():
        _save(team)
        names = _staff(team, people)
        audit.record("teams.create", target=team.id, label=team.name, detail={"people": names})
    return team


def edit_team(team: Team, *, name: str, people: Collection[UUID]) -> Team:
    """Another name or other people. Raises ValidationError."""
    name = tidy_name(name, most=NAME_LENGTH, what="the team")
    with transaction.atomic():
        locked: Team | None = Team.objects.select_for_update().filter(id=team.id).first()
        if locked is None:
            raise ValidationError("A teammate has deleted this team meanwhile.")
        before, locked.name = locked.name, name
        _save(locked)
        names = _staff(locked, people)
        detail = {"people": names, "from": before if before != name else ""}
        audit.record("teams.change", target=locked.id, label=name, detail=detail)
    return locked


def delete_team(team: Team) -> None:
    """Take a team away: nobody finds it from now on, and its name is free. Its people stay.

    What was its work is cleared of it in the background, and becomes no team's; one that is deleted already
    stays so. Whoever gives it work at this moment is through, or finds it gone: it is held first.
    """
    with transaction.atomic():
        locked = Team.objects.select_for_update().filter(id=team.id).first()
        if locked is None:
            return
        locked.deleted_at = timezone.now()
        locked.save(update_fields=["deleted_at"])
        audit.record("teams.delete", target=locked.id, label=locked.name)
        team_deleted.send(sender=Team, team=locked)


def remove_team(team_id: UUID) -> None:
    """The row of a deleted team, which nothing names any more."""
    Team.everyone.filter(id=team_id).exclude(deleted_at=None).delete()


def _staff(team: Team, people: Collection[UUID]) -> list[str]:
    """Make exactly these active people the team; their names. Raises ValidationError for others."""
    wanted = {person.id: person for person in User.objects.filter(id__in=people, is_active=True)}
    if len(wanted) != len(set(people)):
        raise ValidationError({"people": "Somebody chosen has no access any more. Look at the list again."})
    places = TeamMember.objects.filter(team=team)
    places.filter(user__is_active=True).exclude(user__in=wanted).delete()  # who lost access keeps their place
    there = set(places.values_list("user_id", flat=True))
    new = [TeamMember(team=team, user_id=id) for id in wanted if id not in there]
    TeamMember.objects.bulk_create(new, ignore_conflicts=True)
    return sorted(person.display_name for person in wanted.values())


def _save(team: Team) -> None:
    with given_once("team_named_once_standing", said=f"There is a team called “{team.name}” already."):
        team.save()
