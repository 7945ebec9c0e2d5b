"""The hosted form, the same inside other people's sites, and the script that puts it there.

Strangers come here without cookies: the token in the page (../token.py) stands for the CSRF cookie. Whatever
goes wrong, what they typed stays in the form; when it was closed meanwhile, it stays to be copied.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.accounts.access import public
from core.api.throttle import Verdict, client_address, client_network, hit
from core.brand import tokens_for_customers
from core.ui.errors import too_many
from core.ui.policy import policy
from inbox.transports.form.access import access_confirmable, access_public_form
from inbox.transports.form.domain.confirming import confirm
from inbox.transports.form.domain.submit import Filled, submit
from inbox.transports.form.forms.submission import SubmissionForm
from inbox.transports.form.models import LeadForm
from inbox.transports.form.proof import is_proof
from inbox.transports.form.rules.kinds import TRAP
from inbox.transports.form.token import BadToken, Token, make_token, read_token
from tenants.middleware import site_for

SENDS, WINDOW = 60, 600
"""At most so many sends by one address in so many seconds."""


@public
@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, slug: str) -> HttpResponse:
    lead_form = access_public_form(slug)
    if not lead_form.is_active:
        form = SubmissionForm(lead_form, request.POST) if request.method == "POST" else None
        return _page(request, "forms/closed.html", {"lead_form": lead_form, "form": form}, status=410)
    if request.method == "POST":
        return _send(request, lead_form)
    return _answer(request, lead_form, form=SubmissionForm(lead_form, params=request.GET))


@public
@xframe_options_exempt
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    lead_form = access_public_form(slug)
    return _page(request, "forms/thanks.html", {"lead_form": lead_form})


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Programs that look through mail open every link, so that opening it confirms nothing."""
    lead_form = access_public_form(slug)
    context: dict[str, Any] = {"lead_form": lead_form, "state": "ask"}
    try:
        submission = access_confirmable(lead_form, token=token)
    except BadToken:
        return _page(request, "forms/confirm.html", {**context, "state": "old"}, status=410)
    if request.method == "POST":
        if not hit(f"form-confirmed:{client_network(request)}", limit=SENDS, seconds=WINDOW).allowed:
            return too_many(request)
        confirm(submission, ip=client_address(request))
        context["state"] = "done"
    elif submission.confirmed_at:
        context["state"] = "before"
    return _page(request, "forms/confirm.html", context)


def _send(request: HttpRequest, lead_form: LeadForm) -> HttpResponse:
    form = SubmissionForm(lead_form, request.POST)
    verdict = hit(f"form:{client_network(request)}", limit=SENDS, seconds=WINDOW)
    if not verdict.allowed:
        return _too_many(request, lead_form, form=form, verdict=verdict)
    token = _token(request, lead_form)
    if token is not None and _is_other_consent(lead_form, token):
        return _look_again(request, lead_form)
    if token is None:
        form.add_error(None, "This page was open for very long. Nothing is lost: press the button once more.")
    if token is None or not form.is_valid():
        return _answer(request, lead_form, form=form, status=422)
    submit(lead_form, _filled(request, form, token=token))
    url = reverse("forms:thanks", args=[lead_form.slug])
    return redirect(f"{url}?embed=1" if _embedded(request) else url)


def _is_other_consent(lead_form: LeadForm, token: Token) -> bool:
    """The questions have changed since the page was delivered, and there is a consent among them."""
    return token.version != lead_form.version and any(_consents(lead_form))


def _consents(lead_form: LeadForm) -> Iterator[str]:
    return (question.key for question in lead_form.questions if question.kind.key == "consent")


def _look_again(request: HttpRequest, lead_form: LeadForm) -> HttpResponse:
    """Nobody consents to words they have not seen: all that was typed stands again, and no box is ticked."""
    said = request.POST.copy()
    for key in _consents(lead_form):
        said.pop(key, None)
    form = SubmissionForm(lead_form, said)
    form.add_error(None, "This form was changed while you filled it in. Look at it again, then send it.")
    return _answer(request, lead_form, form=form, status=422)


def _filled(request: HttpRequest, form: SubmissionForm, *, token: Token) -> Filled:
    sent = dict(request.POST.lists())
    return Filled(
        facts=form.facts(),
        answers=form.answers(),
        token=token,
        trapped=bool(request.POST.get(TRAP)),
        proven=is_proof(request.POST.get("proof", ""), token=request.POST.get("token", ""), sent=sent),
        ip=client_address(request),
    )


def _token(request: HttpRequest, lead_form: LeadForm) -> Token | None:
    try:
        return read_token(request.POST.get("token", ""), form=lead_form)
    except BadToken:
        return None


def _too_many(
    request: HttpRequest, lead_form: LeadForm, *, form: SubmissionForm, verdict: Verdict
) -> HttpResponse:
    minutes = max(1, round(verdict.reset / 60))
    form.add_error(None, f"Too many messages came from your network. Send this again in {minutes} min.")
    response = _answer(request, lead_form, form=form, status=429)
    for name, value in verdict.headers.items():
        response[name] = value
    return response


def _answer(
    request: HttpRequest, lead_form: LeadForm, *, form: SubmissionForm, status: int = 200
) -> HttpResponse:
    context = {"lead_form": lead_form, "form": form, "token": make_token(lead_form)}
    return _page(request, "forms/public.html", context, status=status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Any site may frame the embedded variant, and nobody the page itself."""
    embedded = _embedded(request)
    context |= {"embedded": embedded, "brand": tokens_for_customers(site_for(request))}
    response = render(request, template, context, status=status)
    response["Content-Security-Policy"] = policy(frame_ancestors="*" if embedded else "'none'")
    if not embedded:
        response["X-Frame-Options"] = "DENY"
    return response


def _embedded(request: HttpRequest) -> bool:
    return request.GET.get("embed") == "1"


@public
@require_safe
def embed_script(request: HttpRequest, slug: str) -> HttpResponse:
    """The loader another site puts on its page; it frames the form next to it."""
    access_public_form(slug)
    path = finders.find("dist/embed.js")
    if path is None:
        raise Http404("the front end is not built")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    headers = {"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(text, content_type="text/javascript; charset=utf-8", headers=headers)
