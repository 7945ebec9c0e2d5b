"""The token in each delivered form: which form, when it was made, and a number of its own.

It is bound to the workspace and needs no cookie, because forms are embedded in other people's sites.
"""

import secrets
import time
from dataclasses import dataclass

from inbox.transports.form.models import LeadForm
from tenants import signing

SALT = "forms.token"
MAX_AGE = 3 * 24 * 3600
"""Seconds; an older page is given a fresh token, and what was typed stays."""
HASTE = 1.5
"""Seconds; nobody fills in a form faster."""


class BadToken(Exception):
    """The token is missing, altered, too old, or from another form or workspace."""


@dataclass(frozen=True, slots=True)
class Token:
    nonce: str
    age: float

    @property
    def is_hasty(self) -> bool:
        return self.age < HASTE


def make_token(form: LeadForm) -> str:
    return signing.dumps([str(form.id), secrets.token_urlsafe(12), round(time.time(), 2)], salt=SALT)


def read_token(text: str, *, form: LeadForm) -> Token:
    """Raises BadToken."""
    try:
        form_id, nonce, made = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    if form_id != str(form.id):
        raise BadToken
    return Token(nonce=nonce, age=time.time() - made)
