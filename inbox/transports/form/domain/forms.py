"""Making and changing forms.

Every workspace starts with one; which fields exist at all is rules.py next door.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.text import slugify

from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules import Shown

DEFAULT_SLUG = "contact"


def ensure_default_form() -> LeadForm:
    """The form a new workspace starts with; calling again changes nothing."""
    words = {"title": "Contact us", "intro": "Tell us what you need. We usually answer within a day."}
    form: LeadForm = LeadForm.objects.get_or_create(slug=DEFAULT_SLUG, defaults=words)[0]
    return form


@transaction.atomic
def save_form(form: LeadForm, *, fields: Sequence[Shown]) -> LeadForm:
    """Store a form's words and fields; a new one gets an address from its title that nobody else has."""
    form.fields = list(fields)
    if not form.slug:
        form.slug = _free_slug(form.title)
    form.save()
    return form


def _free_slug(title: str) -> str:
    base = slugify(title)[:50] or "form"
    taken = set(LeadForm.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
