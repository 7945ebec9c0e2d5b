"""The record of consents: each box that was ticked, with the words beside it. Rows are only added."""

from collections.abc import Iterable

from inbox.conversations.models import Message
from inbox.transports.form.models import Consent, LeadForm, Submission
from inbox.transports.form.rules.answers import Answer
from tenants.ids import uuid7


def note_given(form: LeadForm, message: Message, answers: Iterable[Answer], *, email: str, ip: str) -> None:
    """Keep what was consented to with this message; `ip` is where it was sent from."""
    Consent.objects.bulk_create(
        Consent(
            act=Consent.Act.GIVEN,
            text=answer.question.text,
            label=answer.question.label,
            question=answer.question.key,
            form_id=form.id,
            form_title=form.title,
            form_version=form.version,
            contact_id=message.conversation.contact_id,
            message_id=message.id,
            email=email,
            ip=ip,
            at=message.created_at,
        )
        for answer in answers
        if answer.question.kind.key == "consent"
    )


def note_confirmed(submission: Submission, *, ip: str) -> None:
    """Each consent of a submission once more, now confirmed by mail from `ip`."""
    given = list(Consent.objects.filter(message_id=submission.message_id, act=Consent.Act.GIVEN))
    assert submission.confirmed_at is not None
    for row in given:
        row.id, row.act, row.ip, row.at = uuid7(), Consent.Act.CONFIRMED, ip, submission.confirmed_at
        row._state.adding = True
    Consent.objects.bulk_create(given)
