"""Serves files to the team, by the addresses of links.py; how is serving.py."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from core.accounts.access import member, user_for
from core.files.access import access_linked
from core.files.serving import answer_file


@require_safe
@member
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture, its small one, or a download."""
    row, link = access_linked(user_for(request), token=token)
    return answer_file(request, row, shown=link.shown)
