"""The walker: asks one address in every way it knows with the other side's ids, and says what came of it.

It finds fault with four things: a byte of the other side that was not sent, in an answer or in a row that was
read for it, an answer that names a foreign row by anything but a refusal, and a row of the other side that is
not as it was. How it asks is attempts.py.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpResponseBase
from django.test import Client
from redis import Redis

from tenants.context import platform
from tests.conftest import rolled_back
from tests.isolation.attempts import SAFE, Attempt, attempts, light_attempts
from tests.isolation.fingerprint import Fingerprint, Print, differences
from tests.isolation.overheard import overhearing
from tests.isolation.planted import Planted
from tests.isolation.routes import Route
from tests.isolation.sought import Sought

REFUSALS = {403, 404, 405, 410}

ANSWERS_TO_FOREIGN = {
    "account/welcome/<str:token>/": (302, "a spent link leads to the sign-in page, whatever was in it"),
    "account/join/<str:token>/": (302, "the same for the staff's links"),
}
"""Addresses that name a row by a token and answer a bad one otherwise than by a refusal, with the reason."""


@dataclass(frozen=True)
class Finding:
    """What is wrong, where, and how it was asked."""

    kind: str
    route: str
    how: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.route}, {self.how}: {self.detail}"


class Walker:
    """One browser of one side against all that the other side has; `strange` where nobody is signed in."""

    def __init__(
        self, client: Client, *, ours: Planted, theirs: list[Planted], watch: Fingerprint, redis: Redis
    ) -> None:
        self.client, self.ours, self.theirs, self.watch, self.redis = client, ours, theirs, watch, redis
        self.client.raise_request_exception = False
        words = [word for side in theirs for word in side.words]
        self.sought = Sought(words, {id for side in theirs for id in side.ids} - ours.ids)
        self.before: Print = {}
        self.asked = 0
        self.strange = False
        self.statuses: dict[str, set[int]] = {}

    def walk(self, routes: Iterable[Route], *, light: bool = False) -> list[Finding]:
        """Every finding on these addresses; `light` for who is only sampled."""
        self.before = self.watch.look()
        found: list[Finding] = []
        for route in routes:
            self.redis.flushdb()
            with platform(), rolled_back():  # a savepoint is a statement, and those need a place
                found += self._on(route, light=light)
        return found

    def _on(self, route: Route, *, light: bool) -> Iterator[Finding]:
        closed: set[str] = set()
        make = light_attempts if light else attempts
        for attempt in make(route, ours=self.ours, theirs=self.theirs):
            if attempt.method in closed:
                continue
            answer, findings = self._try(route, attempt)
            yield from findings
            if answer == 405:
                closed.add(attempt.method)
        yield from self._changes(route, Attempt("GET", "", how="after all that was only looked at"))

    def _try(self, route: Route, attempt: Attempt) -> tuple[int, list[Finding]]:
        cookies: Any = self.client.cookies.copy()
        found: list[Finding] = []
        with kept() if attempt.method in SAFE else rolled_back():
            response = self._ask(attempt)
            self.statuses.setdefault(f"{attempt.method} {route}", set()).add(response.status_code)
            found += self._faults(route, attempt, response) + self._reads(route, attempt)
            if attempt.method not in SAFE:
                found += self._after(route, attempt, response)
                found += self._changes(route, attempt)
        self.client.cookies = cookies
        return response.status_code, found

    def _ask(self, attempt: Attempt) -> Any:
        self.asked += 1
        with overhearing(attempt.heard):
            response = self.client.generic(
                attempt.method, attempt.url, attempt.body, content_type=attempt.content_type, **attempt.extra
            )
        attempt.heard.status = response.status_code
        return response

    def _after(self, route: Route, attempt: Attempt, response: Any) -> list[Finding]:
        """What a form leads to is looked at as well, while it is still done."""
        where = response.headers.get("Location") or response.headers.get("HX-Location") or ""
        if not where.startswith("/"):
            return []
        page = Attempt("GET", where, sent=attempt.sent, how=f"{attempt.how}, and where it led")
        return self._faults(route, page, self._ask(page))

    def _faults(self, route: Route, attempt: Attempt, response: Any) -> list[Finding]:
        found = [Finding("leak", str(route), attempt.how, word) for word in self.seen(response, attempt.sent)]
        if response.status_code >= 500:
            found.append(Finding("crash", str(route), attempt.how, str(response.status_code)))
        if attempt.foreign and response.status_code not in REFUSALS | self._agreed(route):
            found.append(Finding("not refused", str(route), attempt.how, str(response.status_code)))
        return found

    def _reads(self, route: Route, attempt: Attempt) -> list[Finding]:
        """What was read of the other side, shown or not; on consoles everybody's rows stand in one table."""
        if route.site != "workspace":
            return []
        rows = self.sought.within("\n".join(attempt.heard.rows), but=attempt.sent)
        return [Finding("read", str(route), attempt.how, word) for word in rows]

    def _agreed(self, route: Route) -> set[int]:
        agreed = ANSWERS_TO_FOREIGN.get(route.template)
        to_the_door = {302, 204} if self.strange and route.rule not in {"public", "API key"} else set()
        return to_the_door | ({agreed[0]} if agreed else {401} if route.rule == "API key" else set())

    def seen(self, response: HttpResponseBase, sent: str) -> list[str]:
        """What an answer holds of the other side and was not sent: words by tails, ids in any spelling."""
        return self.sought.within(text_of(response), but=sent)

    def _changes(self, route: Route, attempt: Attempt) -> list[Finding]:
        changed = differences(self.before, self.watch.look())
        return [Finding("changed", str(route), attempt.how, table) for table in changed]


@contextmanager
def kept() -> Iterator[None]:
    """Whatever was asked by a safe method stays, unless the database refused it."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # as in rolled_back()
    try:
        with block:
            yield
    except DatabaseError:
        return


def text_of(response: HttpResponseBase) -> str:
    """Status line, headers, cookies and body as one text."""
    whole: Any = response
    body = b"".join(whole) if whole.streaming else whole.content
    head = [f"{response.status_code} {response.reason_phrase}"]
    head += [f"{name}: {value}" for name, value in response.items()]
    head += [morsel.OutputString() for morsel in response.cookies.values()]
    return "\n".join([*head, body.decode("utf-8", "replace")])
