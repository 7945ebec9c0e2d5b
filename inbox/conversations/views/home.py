"""The start page of a workspace: its figures, and who has waited longest."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.accounts.access import Action, may, member, user_for
from core.text import capped
from inbox.conversations.figures import COUNT_LIMIT, home_counts
from inbox.conversations.queries import longest_waiting


@require_safe
@member
def home(request: HttpRequest) -> HttpResponse:
    user = user_for(request)
    if not may(user, Action.USE_INBOX):
        return render(request, "conversations/home_without.html")
    counts = home_counts(user, since=timezone.now() - timedelta(hours=24))
    figures = {name: capped(count, limit=COUNT_LIMIT) for name, count in counts.items()}
    context = {
        "counts": figures,
        "waiting": longest_waiting(user),
        "is_empty": not any(counts.values()),
        "may_share": may(user, Action.MANAGE_FORMS),
        "may_invite": may(user, Action.MANAGE_TEAM),
    }
    return render(request, "conversations/home.html", context)
