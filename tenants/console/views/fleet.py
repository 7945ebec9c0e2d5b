"""The operators' pages about the fleet: versions and runs, what could not be migrated, failed set-ups.

What stands there was written by tenants/schema/fleet/ and setup.py; here it is shown and tried again.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tenants.console import cursors, fleet
from tenants.console.access import access_failed_step, operator
from tenants.console.domain.setups import try_again
from tenants.console.forms import search_words
from tenants.redirects import go_to


@operator
@require_safe
def overview(request: HttpRequest) -> HttpResponseBase:
    """How it stands, releases, updates and data still moved; while an update runs, it is asked for again."""
    versions, runs = fleet.versions(), fleet.runs()
    running = any(run.is_running for run in runs)
    faults, steps = fleet.faults_matching().count(), fleet.failed_steps_matching().count()
    context = {
        "standing": fleet.standing_of(versions, faults=faults, steps=steps, is_running=running),
        "versions": versions,
        "runs": runs,
        "running": running,
        "moving": fleet.moving(),
        "faults": fleet.faults(size=5).rows,
        "fault_count": faults,
        "step_count": steps,
    }
    part = "#live" if "live" in request.GET else ""
    return render(request, f"console/fleet.html{part}", context)


@operator
@require_safe
def faults(request: HttpRequest) -> HttpResponseBase:
    """Every schema that could not be migrated, with the reason."""
    return _list(request, "faults", kind=str, find=fleet.faults, matching=fleet.faults_matching)


@operator
@require_safe
def failed_steps(request: HttpRequest) -> HttpResponseBase:
    """Every step of a set-up that failed, with the error."""
    return _list(
        request, "failed_steps", kind=UUID, find=fleet.failed_steps, matching=fleet.failed_steps_matching
    )


@operator
@require_POST
def step_again(request: HttpRequest, step_id: UUID) -> HttpResponseBase:
    """Wake the builder for a set-up that failed."""
    step = access_failed_step(request, step_id)
    try_again(step)
    messages.success(request, f"{step.workspace} is set up again now. Its page shows how far it is.")
    return go_to(request, "console:failed_steps")


def _list(
    request: HttpRequest,
    name: str,
    *,
    kind: type,
    find: Callable[..., fleet.Page],
    matching: Callable[[str], QuerySet[Any]],
) -> HttpResponseBase:
    """A searched list, or with a cursor (whose values are a `kind`) the rows of its next page alone."""
    page, words = f"console/{name}.html", search_words(request)
    after = cursors.read(request.GET.get("after", ""), kind=kind)
    found = find(words=words, after=after)
    context = {"rows": found.rows, "next_cursor": found.next_cursor, "words": words}
    if after:
        return render(request, f"{page}#rows", context)
    return render(request, page, {**context, "total": matching(words).count()})
