"""The team's page about e-mail: where it arrives, the key that signs what leaves, automatic answers, storms.

The page looks the record up by itself while it is waited for; the DNS is asked here, while somebody looks.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.access import Action, requires, user_for
from core.api.throttle import hit
from core.sending.domain.dkim_keys import AlreadyWaiting, check_key, make_key
from core.sending.identity import mail_domain
from core.sending.models import DkimKey
from core.ui.htmx import wants_partial
from inbox.transports.email.access import access_key
from inbox.transports.email.domain.answering import save_answer
from inbox.transports.email.domain.storms import bring_in, let_go
from inbox.transports.email.forms import AutoAnswerForm
from inbox.transports.email.queries import keys_of, storms, the_answer

FRESH = timedelta(seconds=15)
CHECKS, WINDOW = 60, 600
"""At most so many lookups by a workspace in so many seconds."""


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_MAIL)
def settings_page(request: HttpRequest) -> HttpResponse:
    """The whole page; what is posted to it is the automatic answer."""
    form = AutoAnswerForm(request.POST if request.method == "POST" else None, instance=the_answer())
    if form.is_valid():
        save_answer(form.instance)
        messages.success(request, "The automatic answer is saved.")
        return redirect("email:settings")
    context = {**_keys(), "form": form, "storms": storms()}
    return render(request, "email/settings.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires(Action.MANAGE_MAIL)
def held(request: HttpRequest) -> HttpResponseBase:
    """Bring the held mails of one address into the inbox, or let them go."""
    sender, act = request.POST.get("sender", "")[:320], request.POST.get("act")
    if act not in {"bring_in", "let_go"}:
        messages.error(request, "Choose what is to become of them.")
        return redirect("email:settings")
    count = bring_in(sender) if act == "bring_in" else let_go(sender)
    what = "come into the inbox" if act == "bring_in" else "stay out of the inbox"
    messages.success(request, f"{count} mail{'' if count == 1 else 's'} of {sender} {what}.")
    return redirect("email:settings")


@require_POST
@requires(Action.MANAGE_MAIL)
def new_key(request: HttpRequest) -> HttpResponseBase:
    """A key, or another one that is to replace the one there is."""
    try:
        make_key(mail_domain())
    except AlreadyWaiting:
        messages.info(request, "There is a key already that waits for its record.")
    else:
        messages.success(
            request, "The key is made. Publish its record, and it signs your mail once it is found."
        )
    return redirect("email:settings")


@require_POST
@requires(Action.MANAGE_MAIL)
def check(request: HttpRequest, dkimkey_id: UUID) -> HttpResponseBase:
    """Look the record up now, at most every few seconds."""
    key = access_key(user_for(request), id=dkimkey_id)
    verdict = hit("dkim-check", limit=CHECKS, seconds=WINDOW)
    if verdict.allowed and not _is_fresh(key):
        check_key(key)
    if wants_partial(request, "dkim"):
        return render(request, "email/settings.html#dkim", _keys())
    return redirect("email:settings")


def _is_fresh(key: DkimKey) -> bool:
    return key.checked_at is not None and timezone.now() - key.checked_at < FRESH


def _keys() -> dict[str, Any]:
    """The keys of the domain we send from: what signs, what is to sign, and the last one replaced."""
    domain = mail_domain()
    signing, coming, retired = keys_of(domain)
    return {"mail_domain": domain, "signing": signing, "coming": coming, "retired": retired}
