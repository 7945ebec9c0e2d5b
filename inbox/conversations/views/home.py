"""The start page of a workspace: today's figures, and who has waited longest."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.accounts.access import member, user_for
from inbox.conversations.queries import home_counts, longest_waiting


@require_safe
@member
def home(request: HttpRequest) -> HttpResponse:
    user = user_for(request)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    context = {"counts": home_counts(user, since=midnight), "waiting": longest_waiting(user)}
    return render(request, "conversations/home.html", context)
