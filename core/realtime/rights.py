"""Whether the person behind a socket may sit there: read before accept, then every few seconds for all.

Everything here runs inside the workspace through tenants.asyncio.in_place; guard.py next door acts on it.
Who a cookie belongs to is answered by a source that accounts registers, because accounts stands above; who a
visitor's token belongs to, by the one that the chat registers.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models
from django.http.cookie import parse_cookie
from django.utils import timezone

from core.realtime.audience import Member
from core.realtime.presence import note_present
from tenants.context import Place, workspace
from tenants.models import Workspace, works
from tenants.sites import Site


class UserByCookie(Protocol):
    """The person whose session this is, if they may be on this site now; called in the site's place."""

    def __call__(self, session_key: str | None, *, site: Site) -> AbstractBaseUser | None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session belongs to. `proof` is a hash of what the user's row said when it was read.

    `guest` is somebody whose right stands outside of this workspace, and is asked for anew in each round. A
    visitor's `session` is their token, and `origin` the site whose page their socket was opened from.
    """

    session: str
    member: Member
    role: str
    proof: str
    guest: bool = False
    origin: str = ""


class VisitorSource(Protocol):
    """Who a visitor's token belongs to, and whose rights are no longer as they were; called in the place."""

    def identify(self, token: str, *, origin: str) -> Identity | None: ...

    def suspects(self, identities: Sequence[Identity]) -> list[int]: ...


class NoVisitors:
    """Without a source every visitor is refused."""

    def identify(self, token: str, *, origin: str) -> Identity | None:
        return None

    def suspects(self, identities: Sequence[Identity]) -> list[int]:
        return list(range(len(identities)))


def _nobody(session_key: str | None, *, site: Site) -> AbstractBaseUser | None:
    return None


@dataclass(slots=True)
class _Sources:
    user_by_cookie: UserByCookie = _nobody
    visitors: VisitorSource = field(default_factory=NoVisitors)


_sources = _Sources()


def register_users(source: UserByCookie) -> None:
    """Say who a cookie belongs to; without a source every handshake is refused. For AppConfig.ready()."""
    _sources.user_by_cookie = source


def register_visitors(source: VisitorSource) -> None:
    """Say who a visitor's token belongs to; without a source every one is refused. For AppConfig.ready()."""
    _sources.visitors = source


def session_key_of(cookies: str) -> str:
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


def identify(session_key: str, *, site: Site) -> Identity | None:
    """The active user behind a session of this workspace, or None."""
    user = _sources.user_by_cookie(session_key, site=site) if session_key else None
    if user is None or not user.is_active:
        return None
    texts = [getattr(user, name) for name in _proven_fields()]
    note_present()
    return Identity(
        session=session_key,
        member=Member(user=str(user.pk)),
        role=str(getattr(user, "role", "")),
        proof=_md5("\x1f".join(str(text) for text in texts if text is not None)),
        guest=bool(getattr(user, "is_support", False)),
    )


def identify_visitor(token: str, *, origin: str) -> Identity | None:
    """The visitor behind a token of this workspace, if the page they come from may have them, or None."""
    return _sources.visitors.identify(token, origin=origin) if token and origin else None


def identify_again(known: Identity, *, site: Site) -> Identity | None:
    """The same person as at the handshake, or None when they may no longer sit there."""
    if known.member.visitor:
        return identify_visitor(known.session, origin=known.origin)
    return identify(known.session, site=site)


def suspects(identities: Sequence[Identity]) -> list[int]:
    """The numbers of those whose rights may have changed: one query for users, and as few for visitors."""
    users = [number for number, one in enumerate(identities) if not one.member.visitor]
    strangers = [number for number, one in enumerate(identities) if one.member.visitor]
    found = [users[n] for n in _user_suspects([identities[number] for number in users])] if users else []
    if any(not identities[number].guest for number in users):
        note_present()
    if strangers:
        suspected = _sources.visitors.suspects([identities[number] for number in strangers])
        found += [strangers[n] for n in suspected]
    return sorted(found)


def _user_suspects(identities: Sequence[Identity]) -> list[int]:
    """The numbers of guests, and of those whose session ended or whose user's row changed; one query."""
    people = [identity.member.user for identity in identities]
    columns = [[one.session for one in identities], people, [one.proof for one in identities]]
    with connection.cursor() as cursor:
        cursor.execute(_suspects_sql(), [*map(json.dumps, columns), timezone.now()])
        found = {int(row[0]) - 1 for row in cursor.fetchall()}
    return sorted(found | {number for number, identity in enumerate(identities) if identity.guest})


def suspects_in(occupied: Sequence[tuple[Place, Sequence[Identity]]]) -> list[list[int]]:
    """The same for several workspaces, each entered for its own query: one trip to the database thread."""
    found = []
    for place, identities in occupied:
        with workspace(place):
            found.append(suspects(identities))
    return found


def open_schemas(schemas: Iterable[str]) -> set[str]:
    """Those of these workspaces that are open, and their reseller too; asked on the platform."""
    rows = Workspace.objects.filter(works(), schema__in=list(schemas))
    return {schema for schema in rows.values_list("schema", flat=True) if schema}


@cache
def _proven_fields() -> tuple[str, ...]:
    """The user's texts and numbers: password and role among them, whatever else the model has."""
    kinds = (models.CharField, models.TextField, models.IntegerField)
    return tuple(
        field.attname for field in get_user_model()._meta.concrete_fields if isinstance(field, kinds)
    )


@cache
def _suspects_sql() -> str:
    """Compares in the database, so that nothing but suspects comes back.

    By hand, and its lists as JSON: it runs every few seconds for every workspace, and each cost shows.
    """
    session = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()._meta.db_table
    user = get_user_model()._meta.db_table
    proof = ", ".join(f'u."{name}"' for name in _proven_fields())
    return f"""
        SELECT seat.n
        FROM ROWS FROM (
            json_array_elements_text(%s::json),
            json_array_elements_text(%s::json),
            json_array_elements_text(%s::json)
        ) WITH ORDINALITY AS seat(session, person, proof, n)
        WHERE NOT EXISTS (
            SELECT 1 FROM "{session}" s WHERE s.session_key = seat.session AND s.expire_date > %s
        ) OR NOT EXISTS (
            SELECT 1 FROM "{user}" u
            WHERE u.id = seat.person::uuid AND u.is_active AND md5(concat_ws(chr(31), {proof})) = seat.proof
        )
    """  # noqa: S608 - names of our own tables and columns; values are bound


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
