"""The results in the inbox's list: whole page, the list alone, the next page of it.

What each part needs is said at the top of results.html.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.access import Action, requires, user_for
from core.accounts.models import User
from core.api.paging import BadCursor
from core.ui.htmx import wants_partial
from inbox.conversations.filters import ListFilter
from inbox.conversations.views.lists import tabs_context
from inbox.search.asking import Asked, parse
from inbox.search.plans import TooSlow
from inbox.search.queries import results

PAGE = "search/results.html"
EXAMPLES = (
    ("invoice", "every message with this word"),
    ("deliv*", "words that begin like this"),
    ("“next monday”", "words in this order"),
    ("from:anna", "written by a contact or teammate"),
    ("in:open", "in open conversations; also in:resolved"),
    ("label:urgent", "in conversations with this label"),
    ("after:2026-01", "from that day, month or year on; also before:"),
    ("is:note", "private notes only"),
    ("has:attachment", "with a file"),
)
"""What can be asked, as it would be typed, each with what it finds."""


@require_safe
@requires(Action.USE_INBOX)
def results_page(request: HttpRequest) -> HttpResponse:
    user, asked = user_for(request), parse(request.GET.get("q", ""))
    context = _context(asked, by=user, after=request.GET.get("after", ""))
    if wants_partial(request, "more-hits"):
        return render(request, f"{PAGE}#hits", context)
    context["examples"] = EXAMPLES
    if wants_partial(request, "inbox-list"):
        return render(request, f"{PAGE}#list", context)
    shown = ListFilter()
    page = {
        "shown": shown,
        "conversation": None,
        "has_any": True,
        "rows": True,
    }
    return render(request, PAGE, context | page | tabs_context(request, shown=shown))


def _context(asked: Asked, *, by: User, after: str) -> dict[str, Any]:
    context: dict[str, Any] = {
        "asked": asked,
        "hits": [],
        "next_cursor": "",
        "hints": asked.hints,
        "is_complete": True,
    }
    if asked.is_empty:
        return context
    try:
        found = results(asked, by=by, after=after)
    except TooSlow:
        return context | {"is_too_slow": True}
    except BadCursor as error:
        raise Http404("no such page") from error
    return context | {name: getattr(found, name) for name in ("hits", "next_cursor", "hints", "is_complete")}
