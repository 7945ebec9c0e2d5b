"""The list of contacts and one contact's page.

What a contact wrote is put into the page by the inbox, by URL name.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import Action, requires, user_for
from core.api.paging import BadCursor
from core.contacts.access import access_contact
from core.contacts.queries import COUNT_LIMIT, contact_count, contact_page
from core.sending.domain.suppress import reach_again
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


@require_POST
@requires(Action.USE_INBOX)
def contact_reachable(request: HttpRequest, contact_id: UUID) -> HttpResponseBase:
    """Let mail go to their address again, from which it came back."""
    contact = access_contact(user_for(request), id=contact_id)
    if contact.email and reach_again(contact.email):
        said = f"Mail goes to {contact.email} again. What was not delivered can be sent again."
        messages.success(request, said)
    return redirect("contacts:detail", contact_id=contact.id)
