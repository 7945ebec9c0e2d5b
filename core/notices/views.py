"""One's own notices: the list, how many are new, and marking them as read. Support people have none here."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import own_account, user_for
from core.api.paging import BadCursor
from core.notices.access import access_notice
from core.notices.domain.reading import read_all, read_one
from core.notices.queries import in_words, notice_page, shown, unread_count
from core.ui.htmx import render_in_sheet, wants_partial

PAGE = "notices/list.html"


@own_account
@require_safe
def notice_list(request: HttpRequest) -> HttpResponseBase:
    """The newest first: in the side sheet, as a page, or the page that follows a cursor."""
    user = user_for(request)
    try:
        page = notice_page(user, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404("no such page") from error
    context = {"notices": shown(page.items, user=user), "next_cursor": page.next_cursor}
    if wants_partial(request, "more-notices"):
        return render(request, f"{PAGE}#rows", context)
    return render_in_sheet(request, PAGE, context | {"unread": unread_count(user)})


@own_account
@require_safe
def count(request: HttpRequest) -> HttpResponseBase:
    """How many are new, as the bell shows it."""
    text = in_words(unread_count(user_for(request)))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@own_account
@require_POST
def read(request: HttpRequest, notice_id: UUID) -> HttpResponseBase:
    """Somebody opens one: the browser says so on its way to what it is about."""
    read_one(access_notice(user_for(request), id=notice_id))
    return HttpResponse(status=204)


@own_account
@require_POST
def read_every(request: HttpRequest) -> HttpResponseBase:
    read_all(user_for(request))
    if wants_partial(request):
        return notice_list_again(request)
    return redirect("notices:list")


def notice_list_again(request: HttpRequest) -> HttpResponseBase:
    """The sheet as it is now, from its beginning."""
    user = user_for(request)
    page = notice_page(user)
    context = {"notices": shown(page.items, user=user), "next_cursor": page.next_cursor, "unread": 0}
    return render(request, f"{PAGE}#sheet", context)
