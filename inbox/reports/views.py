"""The page of the inbox's reports."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from core.accounts.access import requires
from inbox.reports.charts import bars
from inbox.reports.enums import Kind
from inbox.reports.forms import SPANS, ReportForm
from inbox.reports.queries import DIMENSIONS, Asked, Line, by_day, by_dimension, names_of, total
from inbox.reports.words import change, duration


@require_safe
@requires("see_reports")
def inbox(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.GET)
    if not form.is_valid():
        raise Http404("no such report")
    asked = form.asked()
    now, before = total(asked), total(asked.before)
    context = {
        "form": form,
        "spans": _spans(request, days=asked.days),
        "figures": _figures(now, before=before),
        "is_empty": not now.counts,
        "bars": bars(by_day(asked, kind=Kind.RECEIVED)),
        "tables": _tables(asked),
    }
    return render(request, "reports/inbox.html", context)


def _spans(request: HttpRequest, *, days: int) -> list[dict[str, Any]]:
    kept = {name: str(value) for name, value in request.GET.items() if name != "days" and value}
    return [
        {"label": label, "url": f"?{urlencode({**kept, 'days': str(span)})}", "current": span == days}
        for span, label in SPANS
    ]


def _figures(now: Line, *, before: Line) -> list[dict[str, str]]:
    counted = [
        ("New conversations", Kind.STARTED),
        ("Messages received", Kind.RECEIVED),
        ("Messages sent", Kind.SENT),
    ]
    found = [
        {
            "label": label,
            "value": f"{now.count(kind):,}",
            "note": change(now.count(kind), before=before.count(kind)),
        }
        for label, kind in counted
    ]
    for label, times, earlier in (
        ("First reply, median", now.replied, before.replied),
        ("Resolution, median", now.resolved, before.resolved),
    ):
        note = f"before {duration(earlier.median)}" if earlier.median is not None else "nothing before"
        found.append({"label": label, "value": duration(times.median), "note": note})
    return found


def _tables(asked: Asked) -> list[dict[str, Any]]:
    tables = [
        (f"By {name}", by_dimension(asked, dimension=name, names=names_of(name))) for name in DIMENSIONS
    ]
    return [{"title": title, "rows": [_row(line) for line in lines]} for title, lines in tables if lines]


def _row(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "received": line.count(Kind.RECEIVED),
        "sent": line.count(Kind.SENT),
        "resolved": line.count(Kind.RESOLVED),
        "reply": duration(line.replied.median),
        "reply_most": duration(line.replied.below(0.9)),
        "resolution": duration(line.resolved.median),
    }
