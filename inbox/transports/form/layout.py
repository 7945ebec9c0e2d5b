"""How a form's message is shown in its thread: the message itself, then each question with its answer."""

from collections.abc import Collection
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from inbox.transports.form.models import Submission
from inbox.transports.form.rules.answers import lines_of


def laid_out(ids: Collection[UUID]) -> dict[UUID, SafeString]:
    """The messages of these that a plain text does not do justice; in one query."""
    rows = Submission.objects.filter(message_id__in=ids).select_related("message")
    return {row.message_id: _drawn(row) for row in rows if row.answers or row.confirms}


def _drawn(row: Submission) -> SafeString:
    words = row.message.body_text.removesuffix(lines_of(row.answers)).rstrip()
    return render_to_string("forms/_answers.html", {"words": words, "answers": row.answers, "row": row})
