"""The operators' pages about the fleet: versions and runs, what could not be migrated, failed set-ups.

What stands there was written by tenants/schema/fleet/ and setup.py; here it is shown and tried again.
"""

from uuid import UUID

from django.contrib import messages
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
    """Versions, runs and data migrations; while a run goes on, its part is asked for again alone."""
    runs = fleet.runs()
    context = {"versions": fleet.versions(), "runs": runs, "running": any(run.is_running for run in runs)}
    if "live" in request.GET:
        return render(request, "console/fleet.html#live", context)
    more = {
        "moving": fleet.moving(),
        "faults": fleet.faults(size=5).rows,
        "fault_count": fleet.faults_matching().count(),
        "step_count": fleet.failed_steps_matching().count(),
    }
    return render(request, "console/fleet.html", {**context, **more})


@operator
@require_safe
def faults(request: HttpRequest) -> HttpResponseBase:
    """Every schema that could not be migrated, with the reason."""
    words = search_words(request)
    after = cursors.read(request.GET.get("after", ""), kind=str)
    found = fleet.faults(words=words, after=after)
    context = {"faults": found.rows, "next_cursor": found.next_cursor, "words": words}
    if after:
        return render(request, "console/faults.html#rows", context)
    total = fleet.faults_matching(words).count()
    return render(request, "console/faults.html", {**context, "total": total})


@operator
@require_safe
def failed_steps(request: HttpRequest) -> HttpResponseBase:
    """Every step of a set-up that failed, with the error."""
    words = search_words(request)
    after = cursors.read(request.GET.get("after", ""), kind=UUID)
    found = fleet.failed_steps(words=words, after=after)
    context = {"steps": found.rows, "next_cursor": found.next_cursor, "words": words}
    if after:
        return render(request, "console/failed_steps.html#rows", context)
    total = fleet.failed_steps_matching(words).count()
    return render(request, "console/failed_steps.html", {**context, "total": total})


@operator
@require_POST
def step_again(request: HttpRequest, step_id: UUID) -> HttpResponseBase:
    """Wake the builder for a set-up that failed."""
    step = access_failed_step(request, step_id)
    try_again(step)
    messages.success(request, f"{step.workspace} is set up again now. Its page shows how far it is.")
    return go_to(request, "console:failed_steps")
