"""What a fleet run would do, in lines for people: every statement once, and how many schemas each reaches.

Migrations are rendered in a transaction that is rolled back, so nothing is written, also for a new database.
"""

from collections.abc import Iterator

from django.db import ProgrammingError

from tenants.context import PLATFORM, Place
from tenants.schema.fleet.lag import Lag, lag, workspaces_behind, workspaces_of
from tenants.schema.fleet.lock import only_one
from tenants.schema.fleet.run import Options
from tenants.schema.render import Rendered, render
from tenants.schema.steps import Step
from tenants.schema.template import PLACE


def preview(options: Options) -> list[str]:
    """Raises AnotherRun, UnknownHost, and what a migration that cannot run raises."""
    with only_one():
        lines = [*_migrations("platform", PLATFORM), *_migrations("template", PLACE)]
        return [*lines, *_phases(options), "Nothing was written."]


def _migrations(name: str, place: Place) -> Iterator[str]:
    rendered = render(place)
    if not rendered.steps:
        yield f"{name}: nothing to migrate"
        return
    yield f"{name}: {_count(len(rendered.steps), 'migration')}"
    for step in rendered.steps:
        yield from _step(step, rendered)
        if not place.is_platform:  # whose data nobody moves in the background
            yield from (f"    then in the background: {task}" for task in step.background)


def _step(step: Step, rendered: Rendered) -> Iterator[str]:
    how = "" if step.atomic else " (outside a transaction)"
    if step.key in rendered.needs_django:
        how = " (holds Python: Django runs it in each schema)"
    yield f"  {step}{how}"
    yield from (f"    {line};" for line in step.statements)


def _phases(options: Options) -> Iterator[str]:
    try:
        found = lag()
    except ProgrammingError:  # a platform that has none of these tables yet
        found = Lag(workspaces=0, behind=0, spares=0)
    canaries = _canaries(options) if found.behind else 0
    yield f"canary: {_count(canaries, 'workspace')}"
    yield f"warm pool: {_count(found.spares, 'spare schema')}"
    yield f"workspaces: {found.behind - canaries} of {found.workspaces}, {options.parallel} at a time"


def _canaries(options: Options) -> int:
    if options.hosts:
        return len(workspaces_behind(among=workspaces_of(options.hosts)))
    return len(workspaces_behind()[: options.canaries])


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
