"""A checked submission becomes a lead.

Checking is forms/submission.py, the token is token.py; storing once is inbox/conversations/domain/capture.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inbox.conversations.domain.capture import Captured, Lead, capture
from inbox.conversations.enums import Channel, Doubt
from inbox.conversations.models import Message
from inbox.transports.form.domain.confirming import queue_confirmation
from inbox.transports.form.domain.consents import note_given
from inbox.transports.form.models import LeadForm, Submission
from inbox.transports.form.rules.answers import Answer, in_words
from inbox.transports.form.token import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What somebody sent, checked: `facts` are a contact's by key, with `message`; `answers` the rest.

    `proven` says that a browser worked for it (proof.py), `ip` where it came from.
    """

    facts: Mapping[str, str]
    answers: Sequence[Answer]
    token: Token
    trapped: bool
    proven: bool
    ip: str = ""

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [answer.entry for answer in self.answers]

    @property
    def doubt(self) -> Doubt:
        """The strongest one there is."""
        if self.trapped:
            return Doubt.TRAP
        if self.token.is_hasty:
            return Doubt.HASTE
        return Doubt.NONE if self.proven else Doubt.UNPROVEN


def submit(form: LeadForm, filled: Filled) -> Captured:
    """Store the answers. Pressing Send twice is one lead; going back to correct a word is a second.

    So the content is the identity; only where it names nobody, the page's own number is part of it.
    """

    email = filled.facts.get("email", "")

    def keep(message: Message) -> None:
        submission = Submission.objects.create(
            message=message,
            form=form,
            form_version=form.version,
            answers=filled.entries,
            confirms=form.confirms,
        )
        if form.confirms:
            queue_confirmation(submission, email=email, doubt=filled.doubt, ip=filled.ip)
        note_given(form, message, filled.answers, email=email, ip=filled.ip)

    return capture(_lead(form, filled), beside=keep)


def _lead(form: LeadForm, filled: Filled) -> Lead:
    facts = filled.facts
    lead = Lead(
        source=form.source,
        channel=Channel.FORM,
        name=facts.get("name", ""),
        email=facts.get("email", ""),
        phone=facts.get("phone", ""),
        company=facts.get("company", ""),
        subject=form.title,
        text=in_words(facts.get("message", ""), filled.entries),
        doubt=filled.doubt,
    )
    if lead.email or lead.phone:
        return lead
    return lead.with_external_id(f"{filled.token.nonce}:{lead.content_hash}")
