"""The record of consents: each box that was ticked, with the words beside it. Rows are only added."""

from collections.abc import Iterable

from inbox.conversations.models import Message
from inbox.transports.form.models import Consent, LeadForm
from inbox.transports.form.rules.answers import Answer


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
