"""From what somebody sent to a form: by its id to change it, by its address to fill it in."""

from uuid import UUID

from django.http import Http404

from core.accounts.models import User
from inbox.conversations.enums import State
from inbox.transports.form.models import LeadForm, Submission
from inbox.transports.form.token import BadToken, read_confirmation


def access_form(user: User, *, id: UUID) -> LeadForm:
    """Every form of the workspace is open to those who may manage forms. Raises Http404."""
    found: LeadForm | None = LeadForm.objects.filter(id=id).first()
    if found is None:
        raise Http404("no such form")
    return found


def access_public_form(slug: str) -> LeadForm:
    """Every form has a page that is open to strangers, also while it takes no answers. Raises Http404."""
    found: LeadForm | None = LeadForm.objects.filter(slug=slug).first()
    if found is None:
        raise Http404("no such form")
    return found


def access_submission(user: User, *, id: UUID) -> Submission:
    """What was sent through a form, in a conversation that the user may see. Raises Http404."""
    rows = Submission.objects.select_related("message__conversation__contact", "message__author")
    rows = rows.exclude(message__conversation__state=State.DELETED)
    found: Submission | None = rows.filter(id=id).first()
    if found is None:
        raise Http404("nothing such was sent")
    return found


def access_confirmable(form: LeadForm, *, token: str) -> Submission:
    """The submission that a mail's link confirms. Raises BadToken, also where it is gone."""
    found: Submission | None = Submission.objects.filter(id=read_confirmation(token, form=form)).first()
    if found is None:
        raise BadToken
    return found
