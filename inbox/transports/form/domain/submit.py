"""A checked submission becomes a lead.

Checking is forms.py, the token is token.py, and storing once is inbox/conversations/domain/capture.py.
"""

from collections.abc import Mapping

from inbox.conversations.domain.capture import Captured, Lead, capture
from inbox.conversations.enums import Channel, Doubt
from inbox.transports.form.models import LeadForm
from inbox.transports.form.token import Token


def submit(form: LeadForm, *, answers: Mapping[str, str], token: Token, trapped: bool) -> Captured:
    """Store the answers. Pressing Send twice is one lead; going back to correct a word is a second.

    So the content is the identity; only where it names nobody, the page's own number is part of it.
    """
    doubt = Doubt.TRAP if trapped else Doubt.HASTE if token.is_hasty else Doubt.NONE
    lead = Lead(
        source=form.source,
        channel=Channel.FORM,
        name=answers.get("name", ""),
        email=answers.get("email", ""),
        phone=answers.get("phone", ""),
        company=answers.get("company", ""),
        subject=form.title,
        text=answers.get("message", ""),
        doubt=doubt,
    )
    if not lead.email and not lead.phone:
        lead = lead.with_external_id(f"{token.nonce}:{lead.content_hash}")
    return capture(lead)
