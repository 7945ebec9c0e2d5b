"""The token in each delivered form: which form, when it was made, and a number of its own.

What confirms an address, in a mail's link, is here too. Both are bound to the workspace and need no cookie:
forms are embedded in other people's sites.
"""

import secrets
import time
from dataclasses import dataclass
from uuid import UUID

from inbox.transports.form.models import LeadForm, Submission
from tenants import signing

SALT = "forms.token"
MAX_AGE = 3 * 24 * 3600
"""Seconds; an older page is given a fresh token, and what was typed stays."""
HASTE = 1.5
"""Seconds; nobody fills in a form faster."""


CONFIRM_SALT = "forms.confirm"
CONFIRM_AGE = 7 * 24 * 3600
"""Seconds for which the link of a mail confirms."""


class BadToken(Exception):
    """The token is missing, altered, too old, or from another form or workspace."""


@dataclass(frozen=True, slots=True)
class Token:
    """`version` is that of the questions on the page that was delivered."""

    version: int
    nonce: str
    age: float

    @property
    def is_hasty(self) -> bool:
        return self.age < HASTE


def make_token(form: LeadForm) -> str:
    said = [str(form.id), form.version, secrets.token_urlsafe(12), round(time.time(), 2)]
    return signing.dumps(said, salt=SALT)


def make_confirmation(submission: Submission) -> str:
    """What stands in the link of a mail: this submission, of this form."""
    return signing.dumps([str(submission.form_id), str(submission.id)], salt=CONFIRM_SALT)


def read_confirmation(text: str, *, form: LeadForm) -> UUID:
    """The id of the submission. Raises BadToken."""
    try:
        form_id, submission_id = signing.loads(text, salt=CONFIRM_SALT, max_age=CONFIRM_AGE)
        found = UUID(submission_id)
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise BadToken from error
    if form_id != str(form.id):
        raise BadToken
    return found


def read_token(text: str, *, form: LeadForm) -> Token:
    """Raises BadToken."""
    try:
        form_id, version, nonce, made = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    if form_id != str(form.id):
        raise BadToken
    return Token(version=version, nonce=nonce, age=time.time() - made)
