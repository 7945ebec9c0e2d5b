"""Whether the person behind a socket may sit there: read before accept, then every few seconds for all.

Everything here runs inside the workspace through tenants.asyncio.in_place; guard.py next door acts on it.
Who a cookie belongs to is answered by a source that accounts registers, because accounts stands above.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.http.cookie import parse_cookie
from django.utils import timezone

from core.realtime.audience import NOBODY, Ids, Member
from tenants.models import State, Workspace
from tenants.sites import Site


class UserByCookie(Protocol):
    """The person whose session this is, if they may be on this site now; called in the site's place."""

    def __call__(self, session_key: str | None, *, site: Site) -> AbstractBaseUser | None: ...


TeamsOf = Callable[[Iterable[str]], Mapping[str, Ids]]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session belongs to. `login` ends with the session, `role` decides what the person may see."""

    session: str
    member: Member
    login: str
    role: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says now: the sessions that live, and the active users' logins and roles."""

    sessions: frozenset[str]
    users: Mapping[str, tuple[str, str]]
    teams: Mapping[str, Ids]

    def confirms(self, identity: Identity) -> bool:
        """Whether the session lives and its user is active under the same password."""
        login, _ = self.users.get(identity.member.user or "", ("", ""))
        return identity.session in self.sessions and login == identity.login

    def agrees(self, identity: Identity) -> bool:
        """Whether the person may see just what they could see at the handshake."""
        user = identity.member.user or ""
        teams = self.teams.get(user, NOBODY)
        return self.users[user][1] == identity.role and teams == identity.member.teams


def _nobody(session_key: str | None, *, site: Site) -> AbstractBaseUser | None:
    return None


def _no_teams(users: Iterable[str]) -> Mapping[str, Ids]:
    return {}


@dataclass(slots=True)
class _Sources:
    user_by_cookie: UserByCookie = _nobody
    teams_of: TeamsOf = _no_teams


_sources = _Sources()


def register_users(source: UserByCookie) -> None:
    """Say who a cookie belongs to; without a source every handshake is refused. For AppConfig.ready()."""
    _sources.user_by_cookie = source


def register_teams(source: TeamsOf) -> None:
    """Say which teams users are in, many at once. For AppConfig.ready()."""
    _sources.teams_of = source


def session_key_of(cookies: str) -> str:
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


def identify(session_key: str, *, site: Site) -> Identity | None:
    """The active user behind a session of this workspace, or None."""
    user = _sources.user_by_cookie(session_key, site=site) if session_key else None
    if user is None or not user.is_active:
        return None
    user_id = str(user.pk)
    return Identity(
        session=session_key,
        member=Member(user=user_id, teams=_sources.teams_of([user_id]).get(user_id, NOBODY)),
        login=user.get_session_auth_hash(),
        role=_role(user),
    )


def standing(identities: Iterable[Identity]) -> Standing:
    """Two queries for all sockets of a workspace together, and the team source's own."""
    sessions = {identity.session for identity in identities}
    users = sorted({identity.member.user for identity in identities if identity.member.user})
    table = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    alive = table.objects.filter(session_key__in=sorted(sessions), expire_date__gt=timezone.now())
    everybody: Any = get_user_model()._default_manager  # the product's user has more than Django's base
    people = everybody.filter(pk__in=users, is_active=True)
    return Standing(
        sessions=frozenset(alive.values_list("session_key", flat=True)),
        users={str(user.pk): (user.get_session_auth_hash(), _role(user)) for user in people},
        teams=_sources.teams_of(users),
    )


def _role(user: AbstractBaseUser) -> str:
    return str(getattr(user, "role", ""))


def open_schemas(schemas: Iterable[str]) -> set[str]:
    """Those of these workspaces that are open, and their reseller too; asked on the platform."""
    rows = Workspace.objects.filter(
        schema__in=list(schemas), state=Workspace.State.ACTIVE, reseller__state=State.ACTIVE
    )
    return {schema for schema in rows.values_list("schema", flat=True) if schema}
