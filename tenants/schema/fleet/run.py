"""Brings everything to this release: platform, template, canary, warm pool, then every workspace.

A run may be killed at any moment and is gone on with by the next; with nothing to do it asks `public` a few
questions and is done. How one schema is brought up is ../replay.py, how many at once crew.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
from django.db import Error as DjangoDatabaseError

from tenants.refresh import refresh_platform
from tenants.schema import stock
from tenants.schema.build import protect_append_only
from tenants.schema.dump import DumpFailed
from tenants.schema.fleet import moving
from tenants.schema.fleet.canary import health_of
from tenants.schema.fleet.crew import Outcome, Plan, Target, work
from tenants.schema.fleet.lag import Lag, lag, spares_behind, workspaces_behind, workspaces_of
from tenants.schema.fleet.ledger import Ledger, close_killed
from tenants.schema.fleet.lock import only_one
from tenants.schema.fleet.public import migrate_platform
from tenants.schema.names import TEMPLATE
from tenants.schema.owner import owner_connection
from tenants.schema.render import Refused, tasks_of
from tenants.schema.replay import Patience, ReplayFailed, recorded
from tenants.schema.steps import known_steps
from tenants.schema.template import ensure_template, is_template_ready, migrate_here, migrations_version

Watch = Callable[[str, int, int, int], None]
"""Told how far it is: the phase, how many are done, of how many (0: nothing to count), how many failed."""


class _Stopped(Exception):
    """The run ends here; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to go about it. The canaries are the workspaces at `hosts`, or else the `canaries` oldest."""

    canaries: int = 1
    hosts: tuple[str, ...] = ()
    parallel: int = 4
    fill_pool: bool = True
    patience: Patience = field(default_factory=Patience)
    verbosity: int = 0


@dataclass(slots=True)
class Report:
    """What a run did: how many of all workspaces it migrated, what failed, and why it stopped, if it did.

    `data` counts the data migrations that are open, by state.
    """

    template: str
    migrated: int = 0
    workspaces: int = 0
    spares: int = 0
    faults: list[Outcome] = field(default_factory=list)
    stopped: str = ""
    data: dict[str, int] = field(default_factory=dict)


def migrate_fleet(options: Options, *, watch: Watch) -> Report:
    """Migrate with the owner's login. Raises AnotherRun, UnknownHost, and what the platform's own migrations
    raise; whatever fails after these is in the report."""
    with only_one():
        if options.hosts:
            workspaces_of(options.hosts)
        watch("platform", 0, 0, 0)
        migrate_platform(verbosity=options.verbosity)
        refresh_platform()
        close_killed()
        report = Report(template=migrations_version())
        found = lag()
        if found.schemas or not is_template_ready():
            _Run(options, report=report, found=found, watch=watch).go()
        if options.fill_pool and not report.stopped:
            stock.fill()
        report.workspaces, report.spares = found.workspaces, stock.level()
        report.data = moving.open_counts()
    return report


def plan_of(patience: Patience) -> Plan:
    """What every schema must have: all that the template has, by the steps that are known."""
    with owner_connection() as owner:
        return Plan(frozenset(recorded(owner, TEMPLATE)), tuple(known_steps()), patience)


class _Run:
    """One run through the schemas that are behind."""

    def __init__(self, options: Options, *, report: Report, found: Lag, watch: Watch) -> None:
        self._options, self._report, self._watch = options, report, watch
        self._ledger = Ledger(version=report.template, total=found.schemas)
        self._tried: set[str] = set()

    def go(self) -> None:
        stopped = True
        try:
            self._template()
            self._plan = plan_of(self._options.patience)
            self._canary()
            self._pool()
            self._everyone()
            stopped = False
        except _Stopped as reason:
            self._report.stopped = str(reason)
        finally:
            self._ledger.finish(stopped=stopped)

    def _template(self) -> None:
        self._ledger.begin("template")
        self._watch("template", 0, 0, 0)
        options, target = self._options, Target(TEMPLATE, "the template")
        try:
            ensure_template(patience=options.patience, verbosity=options.verbosity)
        except (Refused, ReplayFailed, DumpFailed, DjangoDatabaseError, psycopg.Error) as error:
            fault = Outcome.failed(target, error=error, patience=options.patience)
            self._ledger.keep_fault(fault)
            self._report.faults.append(fault)
            raise _Stopped("The template could not be migrated, so no workspace was touched.") from error
        self._ledger.forget_faults([Outcome(target)])

    def _canary(self) -> None:
        """Nobody else is touched before these are migrated and can be read."""
        if self._options.hosts:
            targets = workspaces_behind(among=workspaces_of(self._options.hosts))
        else:
            targets = workspaces_behind()[: self._options.canaries]
        outcomes = [_examined(one) for batch in self._bring_up("canary", targets) for one in batch]
        self._settle(outcomes)
        for one in outcomes:
            if one.error:
                raise _Stopped(f"The canary “{one.target.label}” is not well, so nothing else was touched.")

    def _pool(self) -> None:
        """A spare that cannot be migrated holds no data: it is dropped, and a new one built in its place."""
        for batch in self._bring_up("warm pool", spares_behind()):
            self._settle(batch)
            for one in batch:
                if one.error:
                    stock.discard(one.target.schema)

    def _everyone(self) -> None:
        """Those made meanwhile by a release that is still running come up in another round."""
        while targets := [one for one in workspaces_behind() if one.schema not in self._tried]:
            for batch in self._bring_up("workspaces", targets):
                self._settle(batch)

    def _bring_up(self, phase: str, targets: Sequence[Target]) -> Iterator[list[Outcome]]:
        self._ledger.begin(phase)
        self._tried.update(one.schema for one in targets)
        done = failed = 0
        for batch in work(targets, plan=self._plan, parallel=self._options.parallel):
            outcomes = [self._by_django(one) if one.by_django else one for one in batch]
            yield outcomes
            done, failed = done + len(batch), failed + sum(bool(one.error) for one in outcomes)
            self._watch(phase, done, len(targets), failed)

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        """Tell `public`, put spares back, wake what moves data."""
        fine = [one for one in outcomes if not one.error]
        self._ledger.settle(outcomes)
        self._report.faults += [one for one in outcomes if one.error]
        self._report.migrated += sum(one.target.workspace_id is not None for one in fine)
        stock.release([one.target.schema for one in fine if one.target.workspace_id is None])
        for one in fine:
            moving.wake(one.target.place, tasks=one.tasks)

    def _by_django(self, outcome: Outcome) -> Outcome:
        """An installation older than the stored steps: slow, one after the other, and the same in the end."""
        target, options = outcome.target, self._options
        try:
            with owner_connection() as owner:
                tasks = tasks_of(self._plan.required - recorded(owner, target.schema))
                if target.workspace_id:
                    moving.note(owner, target.workspace_id, tasks=tasks)
                migrate_here(target.place, verbosity=options.verbosity)
                protect_append_only(owner, schema=target.schema, role=target.schema)
        except (DjangoDatabaseError, psycopg.Error) as error:
            return Outcome.failed(target, error=error, patience=options.patience)
        return Outcome(target, tasks=tasks if target.workspace_id else ())


def _examined(outcome: Outcome) -> Outcome:
    """A canary after a look into it."""
    fault = "" if outcome.error else health_of(outcome.target.place)
    return Outcome(outcome.target, error=fault) if fault else outcome
