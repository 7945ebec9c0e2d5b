"""Making and changing forms.

Every workspace starts with one; what a form may ask is rules/.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from inbox.transports.form.models import CONTENT, LeadForm
from tenants.audit import record

DEFAULT_SLUG = "contact"
WRITTEN = (*CONTENT, "version")


class ChangedMeanwhile(Exception):
    """The form is not what it was when it was opened; `stamp` is that of what is stored now."""

    def __init__(self, stamp: str) -> None:
        super().__init__("somebody changed this form meanwhile")
        self.stamp = stamp


def ensure_default_form() -> LeadForm:
    """The first form of a new workspace: its starter template's, or a plain one. Again it changes nothing."""
    there: LeadForm | None = LeadForm.objects.first()
    words = {"title": "Contact us", "intro": "Tell us what you need. We usually answer within a day."}
    return there or LeadForm.objects.create(slug=DEFAULT_SLUG, **words)


@transaction.atomic
def save_form(form: LeadForm, *, fields: Sequence[Mapping[str, Any]], seen: Collection[str]) -> LeadForm:
    """Store a form's words and questions; a new one gets an address from its title that nobody else has.

    A change of the questions is a new version, counted from the row as it is now. `seen` are the stamps of
    what may be written over. Raises ChangedMeanwhile.
    """
    form.fields = list(fields)
    form.__dict__.pop("questions", None)
    if form._state.adding:
        _save_new(form)
        record("form.make", target=form.id, label=form.title)
    else:
        before = LeadForm.objects.select_for_update().get(id=form.id)
        if before.stamp not in seen:
            raise ChangedMeanwhile(before.stamp)
        form.version = before.version + (before.questions != form.questions)
        form.save(update_fields=WRITTEN)
        record("form.change", target=form.id, label=form.title, detail={"version": form.version})
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
