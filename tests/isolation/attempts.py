"""How one address is asked: with foreign ids in its path, in queries, forms, JSON and headers.

Ids of every kind go into every path by GET; for methods that change something those that fit are enough.
What is made of the answers is walker.py.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests import world
from tests.isolation.bodies import KNOWN, valid_form, valid_json
from tests.isolation.foreign import Foreign
from tests.isolation.overheard import Heard
from tests.isolation.planted import MARK, Planted
from tests.isolation.reads import Reads, everything, view_reads
from tests.isolation.routes import Route, Unfilled

SAFE = ("GET", "HEAD", "OPTIONS")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
FORM, JSON, PLAIN = "application/x-www-form-urlencoded", "application/json", "text/plain"

LIBRARY_NAMES = {
    "login",
    "next",
    "csrfmiddlewaretoken",
    "user",
    "workspace",
    "reseller",
    "tenant",
    "id",
    "pk",
}
"""What no source of ours reads, but libraries might, or one day somebody's helper."""

LIBRARY_HEADERS = {"X-Workspace-Id", "X-Tenant", "X-User", "X-Reseller", "Idempotency-Key", "HX-Prompt"}

THEIR_HOSTS = {"workspace": world.MALLORY_HOST, "reseller": world.RITA_HOST, "platform": world.RITA_HOST}

ID_END = 12
"""The digits of an id behind its last hyphen, where it is taken apart, as into the words of a search; those
before the first are the time, and the same in many."""

TURNS = 3
"""How often all names are sent at once, each time with ids of other kinds."""

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True)
class Attempt:
    """One request. `sent` is all that was sent as one text; `foreign`: its path names a foreign row.

    What is `heard` of it is filled in by whoever makes the request.
    """

    method: str
    url: str
    body: bytes = b""
    content_type: str = FORM
    headers: tuple[tuple[str, str], ...] = ()
    how: str = ""
    foreign: bool = False
    sent: str = field(default="", compare=False)
    heard: Heard = field(default_factory=Heard, compare=False)

    @property
    def extra(self) -> dict[str, Any]:
        return {
            name if name == "REMOTE_ADDR" else f"HTTP_{name.upper().replace('-', '_')}": value
            for name, value in self.headers
        }


def attempt(
    method: str,
    path: str,
    *,
    how: str,
    query: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
    data: Any = None,
    headers: dict[str, str] | None = None,
    foreign: bool = False,
) -> Attempt:
    url = f"{path}?{urlencode(query)}" if query else path
    kind = JSON if data is not None else FORM
    text = json.dumps(data) if data is not None else urlencode(form or {})
    plain = " ".join([path, *_flat(query), *_flat(form), *_flat(headers), text])
    given = tuple((headers or {}).items())
    return Attempt(method, url, text.encode(), kind, given, f"{method} {how}", foreign, plain)


def _flat(given: dict[str, str] | None) -> list[str]:
    return [str(value) for value in (given or {}).values()]


def attempts(route: Route, *, ours: Planted, theirs: list[Planted]) -> Iterator[Attempt]:
    """All the ways; raises Unfilled for an address with a part nobody can fill."""
    foreign, reads = Foreign(theirs), view_reads(route.view)
    yield from in_path(route, ours=ours, foreign=foreign)
    path = route.path(route.own(ours))
    yield from looked_at(path, reads=reads)
    yield from in_query(path, foreign=foreign, reads=reads)
    read_alone = sorted(reads.params - reads.fields)  # what forms read is posted below
    if route.site == "workspace":
        yield from in_each_parameter(path, read_alone, foreign=foreign)
    else:
        yield from in_each_parameter_alone(path, read_alone, foreign=foreign)
    yield from in_headers(path, foreign=foreign, host=THEIR_HOSTS[route.site], reads=reads)
    yield from in_bodies(path, foreign=foreign, reads=reads)


def light_attempts(route: Route, *, ours: Planted, theirs: list[Planted]) -> Iterator[Attempt]:
    """A few of each kind, for those who may less than who was tried in full."""
    foreign, reads = Foreign(theirs), view_reads(route.view)
    yield from in_path(route, ours=ours, foreign=foreign, all_kinds=False)
    path = route.path(route.own(ours))
    yield attempt("GET", path, how="as it is")
    near = {name: foreign.fitting(name) for name in _all_names(reads)}
    yield attempt("GET", path, how="every parameter at once", query=near)
    yield attempt("POST", path, how="every field at once", form={**valid_input(reads), **near})


def in_path(route: Route, *, ours: Planted, foreign: Foreign, all_kinds: bool = True) -> Iterator[Attempt]:
    """Foreign rows named by the path: in one part with our own in the others, and in all parts."""
    own = route.own(ours)
    for number, part in enumerate(route.parts):
        fits = {part.label: foreign.ids[part.label]} if part.label in foreign.ids else {}
        others = foreign.uuids if part.kind in {"uuid", "str"} else {}
        texts = foreign.texts if part.kind in {"slug", "str", "path"} else {}
        values = {**fits, **others, **texts} if all_kinds else {**fits, **dict(list(texts.items())[:2])}
        for label, value in values.items():
            if part.kind == "slug" and "@" in value:
                continue
            how, filled = f"{label} as {part.name}", [*own[:number], value, *own[number + 1 :]]
            yield attempt("GET", route.path(filled), how=how, foreign=True)
            if label in fits or label in list(texts)[:3]:
                yield from _by_every_method(route, filled, how=how)
    together = [foreign.ids.get(part.label, value) for part, value in zip(route.parts, own, strict=True)]
    if len(route.parts) > 1:
        yield attempt("GET", route.path(together), how="all parts foreign", foreign=True)
        yield from _by_every_method(route, together, how="all parts foreign")


def _by_every_method(route: Route, filled: list[str], *, how: str) -> Iterator[Attempt]:
    body = {**valid_input(view_reads(route.view)), "state": "suspended", "name": "taken over"}
    for method in ("HEAD", "OPTIONS", *UNSAFE):
        yield attempt(method, route.path(filled), how=how, form=body, foreign=method != "OPTIONS")


def looked_at(path: str, *, reads: Reads) -> Iterator[Attempt]:
    """Our own pages as they are, whole and in parts: lists that forget whose they are are seen here."""
    for method in ("GET", "HEAD", "OPTIONS"):
        yield attempt(method, path, how="as it is")
    for part in sorted(reads.parts):
        headers = {**PART, "HX-Target": f"div#{part}"}
        yield attempt("GET", path, how=f"the part {part}", headers=headers)


def in_query(path: str, *, foreign: Foreign, reads: Reads) -> Iterator[Attempt]:
    names = _all_names(reads)
    for turn in range(TURNS):
        yield attempt(
            "GET", path, how=f"ids in every parameter, {turn}", query=foreign.mixed(names, turn=turn)
        )
    yield attempt("GET", path, how="a word in every parameter", query=dict.fromkeys(names, MARK))


def in_each_parameter_alone(path: str, names: list[str], *, foreign: Foreign) -> Iterator[Attempt]:
    for name in names:
        yield from _alone(path, name, {**foreign.probes(name), "a word": MARK, **foreign.uuids})


def in_each_parameter(path: str, names: list[str], *, foreign: Foreign) -> Iterator[Attempt]:
    """The same in a workspace, where it takes fewer requests: an id of any kind finds nothing by a parameter.

    Each stands alone with what fits it, with an id that does not and with a word, so that none of the others
    can make the view stop before it is read. Where an id that was sent so comes to the database, ids of every
    kind are sent alone.

    Where none does, there is no row that an id of another kind could find: until the database is asked, an id
    of one kind is to a view what an id of another is; among the rows that it reads anyway there is none of
    theirs, or the walker would call it read; and Redis holds nothing of theirs, as nobody of theirs was here.
    All the same ids of every kind are sent for those too, at once for all without which the view takes the
    same course: the same status after the same statements. Should it not take that course with all at once,
    each is sent alone.
    """
    plain, quiet = attempt("GET", path, how="as it is, once more"), []
    yield plain
    for name in names:
        first = _alone(path, name, {**foreign.probes(name), **foreign.unfitting(name), "a word": MARK})
        yield from first
        if any(_came_to_the_database(one, foreign) for one in first):
            yield from _alone(path, name, foreign.uuids)
        elif all(one.heard.course == plain.heard.course for one in first):
            quiet.append(name)
    for turn in range(len(foreign.uuids) if quiet else 0):
        ids = foreign.each(quiet, turn=turn)
        together = attempt("GET", path, how=f"ids as {', '.join(quiet)}, {turn}", query=ids)
        yield together
        if together.heard.course != plain.heard.course:
            for name, id in ids.items():
                yield from _alone(path, name, {f"{id}, no more than that,": id})


def _alone(path: str, name: str, values: dict[str, str]) -> list[Attempt]:
    return [
        attempt("GET", path, how=f"{label} as {name}", query={name: value}) for label, value in values.items()
    ]


def _came_to_the_database(made: Attempt, foreign: Foreign) -> bool:
    """Whether an id that was sent is in what the database was asked, if only its last part."""
    ends = [id[-ID_END:] for id in foreign.uuids.values() if id in made.sent]
    return any(map(made.heard.was_asked_for, ends))


def in_headers(path: str, *, foreign: Foreign, host: str, reads: Reads) -> Iterator[Attempt]:
    """Headers that name another site, and every header that is read anywhere, with a foreign id."""
    spoofs = {
        "X-Forwarded-Host": host,
        "X-Host": host,
        "X-Original-Host": host,
        "Forwarded": f"host={host}",
        "X-Original-URL": f"http://{host}/",
        "Referer": f"http://{host}/",
    }
    read = sorted((everything().headers | reads.headers | LIBRARY_HEADERS) - {"Host", "Content-Length"})
    fitting = {name: foreign.fitting(name) for name in read}
    for method in ("GET", "POST"):
        yield attempt(method, path, how="headers that name another site", headers=spoofs)
        yield attempt(method, path, how="ids in every header", headers=foreign.mixed(read, turn=0))
        yield attempt(method, path, how="fitting ids in every header", headers=fitting)
    for turn in range(TURNS):
        part = {**PART, "HX-Target": f"div#{list(foreign.ids.values())[turn]}"}
        yield attempt("GET", path, how="an id as the part asked for", headers=part)


def in_bodies(path: str, *, foreign: Foreign, reads: Reads) -> Iterator[Attempt]:
    """Forms and JSON with foreign ids in every field at once, then valid ones with one field spoilt."""
    valid, names = valid_input(reads), _all_names(reads)
    yield attempt("POST", path, how="valid input", form=valid)
    for turn in range(TURNS):
        form = {**foreign.mixed(names, turn=turn), **valid}
        yield attempt("POST", path, how=f"ids in every other field, {turn}", form=form)
    for method in UNSAFE:
        spoilt = {name: foreign.fitting(name) for name in names}
        yield attempt(method, path, how="foreign ids in every field", form=spoilt)
        yield attempt(method, path, how="foreign ids in every key of JSON", data=spoilt)
    for name in sorted(reads.names):
        for label, value in foreign.probes(name).items():
            yield attempt("POST", path, how=f"{label} as {name}", form={**valid, name: value})
    for schema in reads.schemas:
        yield from _in_schema(path, schema, foreign=foreign)


def _in_schema(path: str, schema: Any, *, foreign: Foreign) -> Iterator[Attempt]:
    valid = valid_json(schema)
    yield attempt("POST", path, how="valid JSON", data=valid)
    for name in valid:
        for label, value in foreign.probes(name).items():
            yield attempt("POST", path, how=f"{label} as {name} of JSON", data={**valid, name: value})


def _all_names(reads: Reads) -> list[str]:
    return sorted(everything().names | reads.names | LIBRARY_NAMES)


def valid_input(reads: Reads) -> dict[str, str]:
    """What the forms of a view take."""
    found = {name: KNOWN[name] for name in reads.params if name in KNOWN}
    for kind in sorted(reads.forms, key=lambda one: one.__name__):
        found |= valid_form(kind)
    return found


def page_input(client: Client, path: str, reads: Reads) -> dict[str, str]:
    """What its page has a form send that nobody makes up: the stamp of what it was opened with."""
    if "opened" not in reads.names:
        return {}
    found = re.search(r'name="opened" value="([^"]*)"', client.get(path).content.decode())
    return {"opened": found[1]} if found else {}


__all__ = [
    "SAFE",
    "UNSAFE",
    "Attempt",
    "Unfilled",
    "attempt",
    "attempts",
    "light_attempts",
    "page_input",
    "valid_input",
]
