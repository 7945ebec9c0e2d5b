"""The saved views above the inbox's list, each with its figure, in two questions however many there are."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from core.accounts.access import user_for
from core.text import capped
from inbox.conversations.figures import COUNT_LIMIT
from inbox.conversations.filters import ListFilter
from inbox.saved.queries import gone_of, saved_counts, saved_for


def strip(request: HttpRequest, shown: ListFilter) -> SafeString:
    user, url = user_for(request), reverse("inbox:list")
    rows = list(saved_for(user))
    counts = saved_counts(user, rows=rows)
    views = [
        {
            "row": row,
            "url": f"{url}?{row.shown.query}",
            "count": capped(counts[row.id], limit=COUNT_LIMIT) if counts.get(row.id) else "",
            "gone": gone_of(row),
            "is_current": row.shown == shown,
        }
        for row in rows
    ]
    unsaved = shown.is_narrowed and not any(view["is_current"] for view in views)
    return render_to_string("saved/strip.html", {"views": views, "shown": shown, "unsaved": unsaved}, request)
