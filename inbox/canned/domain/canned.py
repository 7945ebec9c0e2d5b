"""Making, changing and deleting canned replies, and what one says in a conversation."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from core.accounts.access import Action, may
from core.accounts.models import User
from core.merge import check_tags, merge
from core.naming import given_once
from inbox.canned.models import CannedReply
from inbox.canned.tags import TAGS, values_for
from inbox.conversations.models import Conversation
from tenants import audit
from tenants.text import check_storable

MOST = 500
"""Canned replies that a workspace shares, and that one person has of their own."""
MAX_LENGTH = 10_000
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}\Z")


def save_canned(
    row: CannedReply | None, *, name: str, code: str, text: str, shared: bool, by: User
) -> CannedReply:
    """A new one, or one that is there with other words. Raises ValidationError and PermissionDenied."""
    made, row = row is None, row or CannedReply()
    was_shared = not made and row.is_shared
    if (shared or was_shared) and not may(by, Action.MANAGE_CANNED):
        raise PermissionDenied
    if not shared and by.is_support:
        raise ValidationError("Who is here for support has no canned replies of their own. Share it instead.")
    row.name, row.code, row.text = check_words(name=name, code=code, text=text)
    row.owner = None if shared else by
    if made and CannedReply.objects.filter(owner=row.owner).count() >= MOST:
        raise ValidationError(f"There are {MOST} already. Delete one that nobody needs.")
    with transaction.atomic():
        _save(row)
        if shared or was_shared:
            _record(row, made=made)
    return row


def delete_canned(row: CannedReply) -> None:
    """Gone; what was written with it stays as it was sent."""
    with transaction.atomic():
        if row.is_shared:
            audit.record("canned.delete", target=row.id, label=row.name)
        row.delete()


def check_words(*, name: str, code: str, text: str) -> tuple[str, str, str]:
    """Name, code and text as they are kept. Raises ValidationError."""
    name, code, text = " ".join(name.split()), code.strip().removeprefix("/").lower(), text.strip()
    for words in (name, code, text):
        check_storable(words)
    if not name or len(name) > 80:
        raise ValidationError({"name": "Give it a name of at most 80 characters."})
    if not _CODE.match(code):
        raise ValidationError({"code": "A code has letters, digits, - and _, at most 32 of them."})
    if not text or len(text) > MAX_LENGTH:
        raise ValidationError({"text": f"Write what it says, in at most {MAX_LENGTH:,} characters."})
    try:
        check_tags(text, known=TAGS)
    except ValidationError as error:
        raise ValidationError({"text": error.messages}) from error
    return name, code, text


def said_in(row: CannedReply, conversation: Conversation, *, by: User) -> str:
    """What it says to this contact."""
    return merge(row.text, values_for(conversation.contact, agent=by))


def _record(row: CannedReply, *, made: bool) -> None:
    if made:
        audit.record("canned.create", target=row.id, label=row.name)
    else:
        audit.record("canned.change", target=row.id, label=row.name)


def _save(row: CannedReply) -> None:
    said = f"There is one with the code “/{row.code}” already."
    with given_once("canned_shared_once", "canned_own_once", said=said, field="code"):
        row.save()
