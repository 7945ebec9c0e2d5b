"""Making and changing forms.

Every workspace starts with one; which fields exist at all is rules.py next door.
"""

import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from inbox.transports.form.models import LeadForm
from inbox.transports.form.rules import Shown
from tenants.audit import record

DEFAULT_SLUG = "contact"
WRITTEN = ("title", "intro", "button", "thanks", "fields", "is_active")


def ensure_default_form() -> LeadForm:
    """The first form of a new workspace: its starter template's, or a plain one. Again it changes nothing."""
    there: LeadForm | None = LeadForm.objects.first()
    words = {"title": "Contact us", "intro": "Tell us what you need. We usually answer within a day."}
    return there or LeadForm.objects.create(slug=DEFAULT_SLUG, **words)


@transaction.atomic
def save_form(form: LeadForm, *, fields: Sequence[Shown]) -> LeadForm:
    """Store a form's words and fields; a new one gets an address from its title that nobody else has."""
    form.fields = list(fields)
    act = "form.change" if form.slug else "form.make"
    if form.slug:
        form.save(update_fields=WRITTEN)
    else:
        _save_new(form)
    record(act, target=form.id, label=form.title)
    return form


def _save_new(form: LeadForm) -> None:
    form.slug = _free_slug(form.title)
    try:
        with transaction.atomic():
            form.save(force_insert=True)
    except IntegrityError:  # a teammate took it between the two statements
        form.slug = f"{form.slug}-{secrets.token_hex(3)}"
        form.save(force_insert=True)


def _free_slug(title: str) -> str:
    base = slugify(title)[:50] or "form"
    taken = set(LeadForm.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return slug
