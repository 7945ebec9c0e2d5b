"""Reads about contacts, each with a constant number of queries.

One row by an id from outside is access.py; making contacts is domain/identify.py.
"""

from uuid import UUID

from django.db.models import QuerySet

from core.api.paging import Page, keyset_page
from core.contacts.models import Contact

LIST_SIZE = 50
COUNT_LIMIT = 10_000
"""Above this the total is said as "10,000+"."""


def contacts() -> QuerySet[Contact]:
    """All contacts with their companies."""
    rows: QuerySet[Contact] = Contact.objects.select_related("company")
    return rows


def contact_page(*, after: str = "") -> Page[Contact]:
    """One page by name, case and accents aside. Raises BadCursor."""
    return keyset_page(contacts(), by=("sort_key", "id"), after=after, size=LIST_SIZE)


def contact_count() -> int:
    """How many there are, at most one more than COUNT_LIMIT."""
    return int(Contact.objects.values("pk")[: COUNT_LIMIT + 1].count())


def contact_called(contact_id: UUID) -> str:
    """A contact's name, or "" where there is none."""
    contact = Contact.objects.filter(id=contact_id).first()
    return contact.display_name if contact else ""
