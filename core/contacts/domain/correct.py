"""Corrects one fact of a contact by hand, and tells who else looks at them.

What people say of themselves comes in by identify.py next door; how facts are compared is ../rules.py.
"""

from django.db import IntegrityError, transaction

from core.accounts.models import User
from core.contacts.models import Contact
from core.contacts.rules import email_key, phone_e164
from core.contacts.signals import contact_corrected
from tenants.audit import record
from tenants.db.broken import broken_constraint

KEYS = {"email": ("email_key", email_key), "phone": ("phone_e164", phone_e164)}
TAKEN = {
    "contact_email": "Another contact has this address.",
    "contact_phone_without_email": "Another contact without an address has this number.",
}
"""By the constraint that says so."""


class Taken(Exception):
    """Another contact is known by this; said in words."""


class Changed(Exception):
    """Somebody changed it since; said in words."""


def correct_contact(
    contact: Contact, *, field: str, value: str, by: User, known: str | None = None
) -> Contact:
    """Set `field` (name, email or phone) to `value`, already checked; the same is no change. Raises Taken.

    With `known`, only while it still is that: otherwise Changed is raised.
    """
    try:
        return _correct(contact, field=field, value=value, by=by, known=known)
    except IntegrityError as error:
        broken = broken_constraint(error)
        if broken not in TAKEN:
            raise
        raise Taken(TAKEN[broken]) from error


@transaction.atomic
def _correct(contact: Contact, *, field: str, value: str, by: User, known: str | None) -> Contact:
    rows = Contact.objects.select_for_update(of=("self",)).select_related("company")
    row: Contact = rows.get(id=contact.id)
    if known not in {None, getattr(row, field)}:
        raise Changed("A teammate changed it since, so it stays as it is.")
    if getattr(row, field) == value:
        return row
    columns: dict[str, str | None] = {field: value}
    if field in KEYS:
        key, compute = KEYS[field]
        columns[key] = compute(value)
    for name, content in columns.items():
        setattr(row, name, content)
    row.save(update_fields=list(columns))
    record("contact.correct", target=row.id, label=row.display_name, detail={"field": field})
    contact_corrected.send(Contact, contact=row, by=by)
    return row
