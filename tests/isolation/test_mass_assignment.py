"""Every address that writes, with columns in the body that are nobody's to set: it writes the same.

Each request is made twice, once as a form sends it and once with more; the two must leave the same rows.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from psycopg import sql
from redis import Redis

from core.accounts.models import User
from core.api.domain.keys import make_key
from core.api.enums import Scope
from tenants.context import platform, workspace
from tenants.models import Workspace
from tests import world
from tests.conftest import rolled_back
from tests.isolation.attempts import page_input, valid_input
from tests.isolation.bodies import valid_json
from tests.isolation.canaries import platform_models, workspace_models
from tests.isolation.planted import Planted
from tests.isolation.reads import view_reads
from tests.isolation.routes import Route, routes

LONG_AGO = "1999-12-31T23:59:59Z"

HOSTILE = {
    "role": "admin",
    "is_staff": "on",
    "is_superuser": "on",
    "is_active": "",
    "session_epoch": "77",
    "password": "pwned-by-a-field",
    "email": "taken@over.test",
    "state": "deleted",
    "schema": "w_takenover",
    "plan": "unlimited",
    "scopes": '["everything"]',
    "created_at": LONG_AGO,
    "accepted_at": LONG_AGO,
    "expires_at": "2999-01-01T00:00:00Z",
    "is_default": "on",
    "is_primary": "on",
    "verified": "on",
    "kind": "platform",
}
"""Values that would matter, for columns that exist or may one day; ids of people and places come on top."""

GUARDED = {
    "id",
    "role",
    "is_active",
    "session_epoch",
    "state",
    "schema",
    "reseller_id",
    "workspace_id",
    "user_id",
    "owner_id",
    "created_by_id",
    "author_id",
    "team_role_id",
    "scopes",
    "verified",
    "kind",
    "is_default",
    "is_primary",
}
"""Columns whose values are compared; of moments, whether they are long ago."""


def every_column() -> set[str]:
    """The name of every column there is, and of every relation, as somebody guessing would send them."""
    models = [*workspace_models(), *platform_models()]
    columns = [column for model in models for column in model._meta.concrete_fields]
    return {name for column in columns for name in (column.name, column.attname)}


def hostile(ours: Planted, *, but: set[str]) -> dict[str, str]:
    """Every column with a value that would matter, except what the form itself asks for."""
    ids = {
        name: ours.kinds.get("accounts.User", "")
        for name in ("user", "user_id", "owner", "assignee", "author")
    }
    found = {name: HOSTILE.get(name, "7") for name in every_column() | set(HOSTILE)} | ids
    return {name: value for name, value in found.items() if name not in but}


def rows(place: Any, models: list[Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every row of these models' tables, as table, key and columns."""
    one = "SELECT {name}, {key}::text, to_jsonb(t) FROM {table} t"
    parts = [
        sql.SQL(one).format(
            name=sql.Literal(model._meta.db_table),
            key=sql.Identifier("t", model._meta.pk.column),
            table=sql.Identifier(model._meta.db_table),
        )
        for model in models
    ]
    with place, connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        yield from [(table, key, json.loads(columns)) for table, key, columns in cursor.fetchall()]


Picture = dict[tuple[str, str], dict[str, Any]]


def picture(row: Workspace) -> Picture:
    inside = rows(workspace(row), workspace_models())
    outside = rows(platform(), platform_models())
    return {(table, key): columns for found in (inside, outside) for table, key, columns in found}


def effect(before: Picture, after: Picture) -> list[tuple[Any, ...]]:
    """What a request did: which columns of which rows changed, and what guarded columns hold there now."""
    done = []
    fresh = {str(key) for table, key in after.keys() - before.keys()}
    for (table, key), columns in after.items():
        old = before.get((table, key))
        if old == columns or table.endswith(("_session", "_counter")):
            continue
        changed = sorted(name for name, value in columns.items() if old is not None and old[name] != value)
        done.append(
            (table, key if old else "new", *changed, *_guarded(columns, new=old is None, fresh=fresh))
        )
    gone = [(table, key, "gone") for table, key in before.keys() - after.keys()]
    return sorted(done, key=repr) + sorted(gone)


def _guarded(columns: dict[str, Any], *, new: bool, fresh: set[str]) -> list[str]:
    """The values that matter; keys of new rows, and what names one, differ from run to run."""
    moments = [name for name, value in columns.items() if str(value).startswith("1999-12-31")]
    kept = {name: columns[name] for name in sorted(GUARDED & columns.keys()) if name != "id"}
    values = [f"{name}={'new' if str(value) in fresh else value}" for name, value in kept.items()]
    stable = [
        value for value in values if not (new and value.startswith(("workspace_id", "user_id", "schema")))
    ]
    return [*stable, *moments]


def writing(*sites: str) -> list[Route]:
    return [route for route in routes(*sites) if not route.template.startswith("account/l")]


def compare(
    client: Client, route: Route, *, before: Picture, row: Workspace, ours: Planted, redis: Redis
) -> tuple[Any, Any]:
    """What the same request does, to what was there `before`, without and with more than it was asked for;
    both are taken back."""
    reads, path = view_reads(route.view), route.path(route.own(ours))
    valid = {**valid_input(reads), **page_input(client, path, reads)}
    extra = hostile(ours, but=reads.names)
    found = []
    for body in (valid, {**extra, **valid}):
        redis.flushdb()  # what was tried or begun a moment ago is no difference between the two
        cookies: Any = client.cookies.copy()
        with platform(), rolled_back():
            client.post(path, body)
            found.append(effect(before, picture(row)))
        client.cookies = cookies
    return found[0], found[1]


@pytest.mark.parametrize("site", ["workspace", "reseller"])
def test_more_fields_than_asked_for_change_nothing(
    client_for: Callable[..., Client],
    request: pytest.FixtureRequest,
    ours: Planted,
    our_side: Planted,
    alice_ws: Workspace,
    redis: Redis,
    site: str,
) -> None:
    who = request.getfixturevalue("alice" if site == "workspace" else "rosa")
    client, planted = client_for(who), ours if site == "workspace" else our_side
    client.raise_request_exception = False
    different, done, before = {}, 0, picture(alice_ws)
    for route in writing(site):
        plain, spoilt = compare(client, route, before=before, row=alice_ws, ours=planted, redis=redis)
        done += bool(plain)
        if plain != spoilt:
            different[str(route)] = (plain, spoilt)
    assert different == {}
    assert picture(alice_ws) == before
    assert done >= 8  # requests that wrote something, or nothing would be proven


def test_the_api_refuses_what_it_does_not_know(alice: User, alice_ws: Workspace, redis: Redis) -> None:
    with workspace(alice_ws):
        _, key = make_key(name="A program", scopes=list(Scope), created_by=alice)
    client = Client(HTTP_HOST=world.ALICE_HOST, HTTP_AUTHORIZATION=f"Bearer {key}")
    after = picture(alice_ws)
    for route in routes("workspace"):
        for schema in view_reads(route.view).schemas:
            if not schema.model_config.get("extra"):
                continue
            for name in sorted(set(HOSTILE) - set(schema.model_fields)):
                redis.flushdb()
                body = {**valid_json(schema), name: HOSTILE[name]}
                answer = client.post(route.path([]), body, content_type="application/json")
                assert answer.status_code == 422, name
                before, after = after, picture(alice_ws)
                written = effect(before, after)
                assert [line for line in written if line[0] != "api_apikey"] == []  # when it was last used


def test_a_form_that_takes_too_much_is_seen(
    client_for: Callable[..., Client],
    alice: User,
    ours: Planted,
    alice_ws: Workspace,
    redis: Redis,
    monkeypatch: Any,
) -> None:
    """With a profile that writes whatever is posted, the comparison sees it."""
    from core.accounts.domain import users

    def careless(user: User, *, name: str) -> None:
        User.objects.filter(id=user.id).update(name=name, role="agent", session_epoch=77)

    [profile] = [route for route in routes("workspace") if route.template == "account/profile/"]
    client, before = client_for(alice), picture(alice_ws)
    plain, _ = compare(client, profile, before=before, row=alice_ws, ours=ours, redis=redis)
    monkeypatch.setattr(users, "rename", careless)
    _, spoilt = compare(client, profile, before=before, row=alice_ws, ours=ours, redis=redis)
    assert plain != spoilt
