"""A person who signs in: an operator or reseller staff in `public`, a team member in each workspace.

Writes that concern rights and sessions are in domain/users.py, the tables of roles in rules.py.
"""

from datetime import datetime
from math import ceil
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from core.accounts.rules import Role, fold_email
from core.standing import Standing
from core.text import hue_of, initials
from tenants.models import WorkspaceModel
from tenants.stamps import StampedQuerySet


class UserManager(BaseUserManager["User"].from_queryset(StampedQuerySet)):  # type: ignore[misc]  # built at run time
    """Addresses are looked up in their folded spelling."""

    def get_by_natural_key(self, username: str | None) -> "User":
        found: User = self.get(email=fold_email(username or ""))
        return found

    def get_queryset(self) -> "models.QuerySet[User]":
        """Without the shadows of support people: nobody finds one to sign in, promote or assign to."""
        rows: models.QuerySet[User] = super().get_queryset()
        return rows.exclude(role=Role.SUPPORT)


class TeamRole(WorkspaceModel):
    """A role of a workspace's own beside the built-in ones: a name and the actions it may do (rules.py)."""

    name = models.CharField(max_length=60)
    actions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="team_role_named_once")]

    def __str__(self) -> str:
        return self.name


class Team(Standing):
    """People who take the same work, such as sales or support."""

    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(deleted_at=None), name="team_named_once_standing"
            )
        ]

    def __str__(self) -> str:
        return self.name


class User(WorkspaceModel, AbstractBaseUser):
    """Somebody with an address and a role in exactly this place; the same person elsewhere is another row.

    Whoever has a `team_role` may do what that lists, and `role` is agent.
    """

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role)
    team_role = models.ForeignKey(TeamRole, models.SET_NULL, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    session_epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    everyone: ClassVar[models.Manager["User"]] = StampedQuerySet.as_manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(name="user_email_is_folded", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="user_role_is_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return self.display_name

    def clean(self) -> None:
        self.email = fold_email(self.email)

    @property
    def display_name(self) -> str:
        return self.name or self.email.partition("@")[0]

    @property
    def is_support(self) -> bool:
        """Whether this is the shadow of a support person, who is nobody's teammate."""
        return self.role == Role.SUPPORT

    @property
    def role_name(self) -> str:
        """The role as people call it, the workspace's own before the built-in one."""
        return self.team_role.name if self.team_role else self.get_role_display()

    @property
    def role_value(self) -> str:
        """The role as a form of the team names it."""
        return str(self.team_role_id or self.role)

    @property
    def initials(self) -> str:
        return initials(self.display_name)

    @property
    def hue(self) -> int:
        return hue_of(self.id)

    def get_full_name(self) -> str:
        return self.display_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session was opened under; a new password or a higher epoch ends every session before it."""
        value = f"{self.pk}:{self.session_epoch}:{self.password}"
        return salted_hmac("core.accounts.session", value, secret=secret, algorithm="sha256").hexdigest()


class TeamMember(WorkspaceModel):
    """Somebody's place in a team; one person may be in several."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="team_places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="in_team_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"


class SupportSession(WorkspaceModel):
    """One stay of a support person in this workspace, as its people can read it; `id` is the access's own.

    `person` is who it really is, `house` whom they work for; `user` is the shadow they act as.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="support_sessions")
    person = models.CharField(max_length=400)
    house = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.CheckConstraint(name="support_session_has_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.person}: {self.reason}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def until(self) -> datetime:
        """When it was over, or will be."""
        return min(self.ended_at or self.expires_at, self.expires_at)

    @property
    def minutes_left(self) -> int:
        """Whole minutes until the limit, the one that is running counted."""
        return max(0, ceil((self.until - timezone.now()).total_seconds() / 60))

    @property
    def minutes(self) -> int:
        """How long it lasted, or has lasted until now."""
        return max(1, ceil((min(self.until, timezone.now()) - self.started_at).total_seconds() / 60))


class Counter(WorkspaceModel):
    """A remembered value of a limit, for the time while Redis is away (limits_store.py)."""

    key = models.CharField(max_length=250, unique=True)
    value = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
