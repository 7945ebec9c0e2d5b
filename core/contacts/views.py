"""The list of contacts, one contact's page, and correcting a fact of theirs in place.

What a contact wrote is put into the page by the inbox, by URL name.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.access import Action, requires, user_for
from core.api.paging import BadCursor
from core.contacts.access import access_contact
from core.contacts.domain.correct import Changed, Taken, correct_contact
from core.contacts.forms import FIELDS, ContactForm
from core.contacts.models import Contact
from core.contacts.queries import COUNT_LIMIT, contact_count, contact_page
from core.sending.domain.suppress import reach_again
from core.text import capped
from core.ui.htmx import wants_partial
from core.ui.toasts import toast


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


@require_POST
@requires(Action.USE_INBOX)
def correct(request: HttpRequest, contact_id: UUID, field: str) -> HttpResponse:
    """One fact, `value` as it was typed; answered by itself, with what is wrong beside it.

    Undo says as `known` what it takes back.
    """
    if field not in FIELDS:
        raise Http404("no such fact")
    user = user_for(request)
    contact = access_contact(user, id=contact_id)
    form = ContactForm.only(field, value=request.POST.get("value", ""))
    if form.is_valid():
        try:
            value, known = form.cleaned_data[field], request.POST.get("known")
            row = correct_contact(contact, field=field, value=value, by=user, known=known)
            return _corrected(request, row, field=field, before=getattr(contact, field))
        except Taken as reason:
            form.add_error(field, str(reason))
        except Changed as reason:
            stands = _fact(request, contact, form=ContactForm.shown(contact), field=field, status=422)
            return toast(stands, str(reason), level="warning")
    return _fact(request, contact, form=form, field=field, status=422)


def _corrected(request: HttpRequest, contact: Contact, *, field: str, before: str) -> HttpResponse:
    if not wants_partial(request):
        return redirect("contacts:detail", contact.id)
    answer = _fact(request, contact, form=ContactForm.shown(contact), field=field)
    if getattr(contact, field) == before:
        return answer
    undo = f"{request.path}?{urlencode({'value': before, 'known': getattr(contact, field)})}"
    return toast(answer, f"{ContactForm.base_fields[field].label} changed.", undo_url=undo)


def _fact(
    request: HttpRequest, contact: Contact, *, form: ContactForm, field: str, status: int = 200
) -> HttpResponse:
    context = {"contact": contact, "field": form[field], "saved": getattr(contact, field)}
    return render(request, "contacts/_inline_field.html", context, status=status)
