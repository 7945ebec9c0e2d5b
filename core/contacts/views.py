"""The list of contacts and one contact's page.

What a contact wrote is put into the page by the inbox, by URL name.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.access import Action, requires, user_for
from core.api.paging import BadCursor
from core.contacts.access import access_contact
from core.contacts.queries import COUNT_LIMIT, contact_count, contact_page
from core.text import capped
from core.ui.htmx import wants_partial


@require_safe
@requires(Action.USE_INBOX)
def contact_list(request: HttpRequest) -> HttpResponse:
    try:
        page = contact_page(after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404("no such page") from error
    context: dict[str, object] = {"contacts": page.items, "next_cursor": page.next_cursor}
    if wants_partial(request, "contact-more"):
        return render(request, "contacts/list.html#rows", context)
    context["total"] = capped(contact_count(), limit=COUNT_LIMIT)
    return render(request, "contacts/list.html", context)


@require_safe
@requires(Action.USE_INBOX)
def contact_detail(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    contact = access_contact(user_for(request), id=contact_id)
    return render(request, "contacts/detail.html", {"contact": contact})
