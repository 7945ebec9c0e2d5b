"""The people of the push bench: workspaces with members who are signed in, made once and kept.

The sockets they open are in browsers.py next door.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from core.accounts.models import User
from core.accounts.sessions import SessionStore
from core.accounts.signed_in import SITE
from tenants.context import Place, place_of, platform, workspace
from tenants.models import Domain, Reseller, Workspace
from tenants.provisioning import provision
from tenants.schema import stock
from tenants.sites import resolve


@dataclass(frozen=True, slots=True)
class Room:
    """One workspace and the session keys of those who sit in it."""

    host: str
    place: Place
    sessions: list[str]

    def headers(self, number: int) -> dict[str, str]:
        """What the browser of one member sends with its handshake."""
        port = f":{settings.SITE_PORT}" if settings.SITE_PORT else ""
        return {
            "Origin": f"{settings.SITE_SCHEME}://{self.host}{port}",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.sessions[number]}",
        }


def rooms(count: int, *, members: int) -> list[Room]:
    """`count` workspaces with `members` signed-in people each."""
    hosts = [f"push-{number}.bench.test" for number in range(count)]
    with platform():
        there = set(Domain.objects.filter(host__in=hosts).values_list("host", flat=True))
        reseller, _ = Reseller.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    missing = [host for host in hosts if host not in there]
    if missing:
        stock.fill(size=len(missing))
    for host in missing:
        with platform():
            provision(reseller=reseller, name=host, host=host, owner_email=f"owner@{host}")
    return [_room(host, members=members) for host in hosts]


def _room(host: str, *, members: int) -> Room:
    with platform():
        row = Workspace.objects.get(domains__host=host)
    emails = [f"member-{number}@{host}" for number in range(members)]
    with workspace(row):
        there = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
        User.objects.bulk_create(
            User(email=email, name=email, role="agent", password="!")
            for email in emails
            if email not in there
        )
        sessions = [_session(user, host) for user in User.objects.filter(email__in=emails)]
    return Room(host=host, place=place_of(row), sessions=sessions)


def _session(user: User, host: str) -> str:
    """A session as a sign-in on this site leaves it."""
    site = resolve(host)
    assert site is not None
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SITE] = f"{site.kind}:{site.reseller_id or ''}:{site.workspace_id or ''}"
    session.save()
    assert session.session_key is not None
    return session.session_key
