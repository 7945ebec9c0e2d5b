"""How a form's message is shown in its thread: the message itself, then each question with its answer."""

from collections.abc import Collection
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from inbox.conversations.enums import Doubt
from inbox.transports.form.models import Submission
from inbox.transports.form.rules.answers import lines_of

UNASKED: dict[str, str] = {
    Doubt.TRAP: "a field was filled in that people cannot see",
    Doubt.HASTE: "it was sent faster than a person types",
}
"""Why an address was not asked to be confirmed, where it is for the doubt in it (domain/confirming.py)."""


def laid_out(ids: Collection[UUID]) -> dict[UUID, SafeString]:
    """The messages of these that a plain text does not do justice; in one query."""
    rows = Submission.objects.filter(message_id__in=ids).select_related("message__conversation")
    return {row.message_id: _drawn(row) for row in rows if row.answers or row.confirms}


def _drawn(row: Submission) -> SafeString:
    words = row.message.body_text.removesuffix(lines_of(row.answers)).rstrip()
    doubt = row.message.conversation.doubt
    context = {
        "words": words,
        "answers": row.answers,
        "row": row,
        "unasked": UNASKED.get(doubt, "too many were asked for in a short time"),
        "askable": doubt != Doubt.TRAP,
    }
    return render_to_string("forms/_answers.html", context)
