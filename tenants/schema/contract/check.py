"""Says which migrations are not expand/contract, or bar the way to a sharded cluster, in one sentence each.

An operation is judged by the rules of columns, alter, locks, data and keys next door. Those of keys
and of SQL look at all migrations; the others at ours that no release has.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.postgres import operations as postgres
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader

from tenants.schema import safe_operations
from tenants.schema.contract import alter, columns, data, keys, locks
from tenants.schema.contract.ours import is_our_migration
from tenants.schema.contract.steps import Seen, Step
from tenants.schema.contract.walk import walk
from tenants.schema.operations import InBackground


@dataclass(frozen=True, slots=True)
class Finding:
    """A migration as `app.name`, and what it should not do."""

    migration: str
    sentence: str


def unknown(step: Step) -> Iterator[str]:
    """What no rule can read is refused until somebody has thought about it."""
    if type(step.operation) not in KNOWN:
        kind = type(step.operation).__name__
        yield f"{kind} is not known to this check; weigh it in tenants/schema/contract/check.py."


def unreleased(seen: Seen) -> Iterator[str]:
    """`contracts` names what an earlier release did."""
    released = seen.steps[0].history.released if seen.steps else frozenset()
    for named in getattr(seen.migration, "contracts", ()):
        if named not in released:
            yield f"`contracts` names {named}, which no release has; leave this migration to a later release."


KNOWN = frozenset(
    {getattr(operations, name) for name in operations.__all__}
    | {kind for kind in vars(postgres).values() if isinstance(kind, type)}
    | {
        safe_operations.DropColumn,
        safe_operations.DropTable,
        safe_operations.AddUniqueConcurrently,
        InBackground,
    }
)
ALWAYS: tuple[Callable[[Step], Iterator[str]], ...] = (*keys.RULES, data.sql_rules)
WHEN_NEW: tuple[Callable[[Step], Iterator[str]], ...] = (
    *columns.RULES, *alter.RULES, *locks.RULES, *data.RULES, unknown,
)  # fmt: skip
TOGETHER: tuple[Callable[[Seen], Iterator[str]], ...] = (
    locks.alone, data.python_alone, unreleased,
)  # fmt: skip


def check_migrations(migrations: Sequence[Migration], *, released: frozenset[str]) -> list[Finding]:
    """All findings, in the order in which the migrations run."""
    found: dict[Finding, None] = {}
    for seen in walk(migrations, released=released):
        key = f"{seen.app}.{seen.migration.name}"
        is_new = key not in released and is_our_migration(seen.migration)
        found.update({Finding(key, sentence): None for sentence in _judge(seen, is_new=is_new)})
    return list(found)


def _judge(seen: Seen, *, is_new: bool) -> Iterator[str]:
    for step in seen.steps:
        for rule in (*ALWAYS, *WHEN_NEW) if is_new else ALWAYS:
            yield from rule(step)
    if is_new:
        for together in TOGETHER:
            yield from together(seen)


def migrations_on_disk() -> list[Migration]:
    """All of them in an order in which they can run; asks no database."""
    graph = MigrationLoader(None, ignore_no_migrations=True).graph
    ordered: dict[tuple[str, str], None] = {}
    for leaf in graph.leaf_nodes():
        ordered.update(dict.fromkeys(graph.forwards_plan(leaf)))
    return [graph.nodes[key] for key in ordered]
