"""A new workspace: claiming a ready one from the pool, and building one by replaying the template.

Each is measured beside plain SQL that writes the same rows (provision_floor.py next door). Every schema is
claimed once: a second visit would find its catalogue cached.
"""

import statistics
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import perf_counter

from django.db import connection

from branding.domain.brands import save_brand
from branding.models import Brand
from tenants import onboarding, provisioning
from tenants.context import platform
from tenants.models import Reseller, SpareSchema, Workspace
from tenants.schema.build import build_schema, drop_schema
from tenants.schema.names import new_schema_name
from tenants.schema.owner import owner_connection
from tenants.schema.template import current_template
from tests.bench.inboxes import drop_workspace
from tests.bench.installation import Installation
from tests.bench.provision_floor import PlainClaims, replay_plainly
from tests.bench.registry import Figure, Size, bench

AT_ONCE = 20
SUFFIX = ".provision.bench.test"

Act = Callable[[str], None]
"""Something done for one new host."""


@bench("provision")
def measure(place: Installation, *, size: Size) -> Iterator[Figure]:
    """Claims, 20 at once, several rounds; each schema they need is a replay that is timed."""
    rounds = size.pick(5, 1)
    with platform():
        reseller, _ = Reseller.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    _clear(place)
    yield from _replays((3 * rounds + 1) * AT_ONCE)
    plain = PlainClaims(place.env["DATABASE_URL"], reseller=reseller.id, size=AT_ONCE)
    try:
        with _brand_at_claim():
            yield from _claims(plain, reseller=reseller, rounds=rounds)
    finally:
        plain.close()
        _clear(place)


def _replays(count: int) -> Iterator[Figure]:
    """Build the pool, one schema by the product and one by plain SQL in turn."""
    template = current_template()
    ours: list[float] = []
    floor: list[float] = []
    with owner_connection() as owner:
        for number in range(count):
            schema, started = new_schema_name(), perf_counter()
            if number % 2:
                replay_plainly(owner, schema=schema, statements=template.statements)
            else:
                build_schema(owner, schema=schema, statements=template.statements)
            (floor if number % 2 else ours).append((perf_counter() - started) * 1000)
            with platform():
                SpareSchema.objects.create(schema=schema, version=template.version)
    yield Figure("replay", statistics.median(ours), "ms", floor=statistics.median(floor), n=len(ours))


def _claims(plain: PlainClaims, *, reseller: Reseller, rounds: int) -> Iterator[Figure]:
    def claim(host: str) -> None:
        provisioning.claim(
            reseller=reseller, name=host, host=host, owner_email=f"owner@{host}", owner_name="Olu Owner"
        )

    def whole(host: str) -> None:
        done = provisioning.provision(
            reseller=reseller, name=host, host=host, owner_email=f"owner@{host}", owner_name="Olu Owner"
        )
        assert done.ready

    crowd = Crowd()
    crowd.at_once(claim)  # the first connections, and the first of everything
    ours, floor, all_of_it = [], [], []
    for _ in range(rounds):
        ours += crowd.at_once(claim)
        floor += crowd.at_once(plain.claim)
        all_of_it += crowd.at_once(whole)
    yield Figure("claim", p95(ours), "ms p95", floor=p95(floor), n=len(ours))
    yield Figure("claim-median", statistics.median(ours), "ms", floor=statistics.median(floor), n=len(ours))
    yield Figure("whole", p95(all_of_it), "ms p95", n=len(all_of_it))


class Crowd:
    """Twenty threads that begin at the same moment, each with a connection from the pool."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._barrier = Barrier(AT_ONCE)
        self._count = 0

    def at_once(self, act: Act) -> list[float]:
        """How long each took, in ms."""
        hosts = [f"n{self._count + number}{SUFFIX}" for number in range(AT_ONCE)]
        self._count += AT_ONCE
        return list(self._threads.map(lambda host: self._one(act, host), hosts))

    def _one(self, act: Act, host: str) -> float:
        self._barrier.wait()
        started = perf_counter()
        try:
            act(host)
            return (perf_counter() - started) * 1000
        finally:
            connection.close()


@contextmanager
def _brand_at_claim() -> Iterator[None]:
    """A client with a brand of its own from the start, in the transaction of the claim."""

    def brand(row: Workspace) -> None:
        with platform():
            save_brand(Brand(reseller_id=row.reseller_id, workspace=row))

    onboarding.at_claim(brand)
    try:
        yield
    finally:
        onboarding._at_claim.remove(brand)


def _clear(place: Installation) -> None:
    """Take away what this bench made, also in a run that was killed."""
    with platform():
        rows = list(Workspace.objects.filter(domains__host__endswith=SUFFIX))
        spares = list(SpareSchema.objects.values_list("schema", flat=True))
    for row in rows:
        drop_workspace(place, row)
    with owner_connection() as owner:
        for schema in spares:
            with platform():
                SpareSchema.objects.filter(schema=schema).delete()
            drop_schema(owner, schema)


def p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]
