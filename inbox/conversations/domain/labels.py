"""The workspace's labels: making, renaming and deleting them. Putting one on a conversation is sorting.py."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.naming import given_once, tidy_name
from inbox.conversations.domain.clearing import begin_clearing
from inbox.conversations.enums import Sorting
from inbox.conversations.models import Label
from inbox.conversations.queries import label_count
from tenants import audit

MOST = 200
"""How many labels a workspace may have."""
NAME_LENGTH = 40
HUES = (0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330)


def make_label(*, name: str, hue: int) -> Label:
    """A new label. Raises ValidationError."""
    label = Label(name=_check_name(name), hue=_check_hue(hue))
    if Label.objects.count() >= MOST:
        raise ValidationError(f"There are {MOST} labels already. Delete one that nobody needs.")
    with transaction.atomic():
        _save(label)
        audit.record("label.create", target=label.id, label=label.name)
    return label


def edit_label(label: Label, *, name: str, hue: int) -> Label:
    """Another name or colour, wherever it is used. Raises ValidationError."""
    name, hue = _check_name(name), _check_hue(hue)
    with transaction.atomic():
        row: Label | None = Label.objects.select_for_update().filter(id=label.id).first()
        if row is None:
            raise ValidationError("A teammate has deleted this label meanwhile.")
        before, row.name, row.hue = row.name, name, hue
        _save(row)
        detail = {"from": before if before != name else ""}
        audit.record("label.change", target=row.id, label=name, detail=detail)
    return row


def delete_label(label: Label) -> int:
    """Take a label away: nobody finds it from now on, and its name is free. How many conversations have it.

    Off those it comes in the background (clearing.py); one that is deleted already stays so. Held first:
    whoever puts it on at this moment is through, or finds it gone (holding.py).
    """
    with transaction.atomic():
        row = Label.objects.select_for_update().filter(id=label.id).first()
        count = label_count(label.id)
        if row is None:
            return count
        row.deleted_at = timezone.now()
        row.save(update_fields=["deleted_at"])
        audit.record("label.delete", target=row.id, label=row.name, detail={"count": count})
        begin_clearing(Sorting.LABEL, row.id, count=count)
    return count


def _check_hue(hue: int) -> int:
    if hue not in HUES:
        raise ValidationError({"hue": "Choose one of the colours."})
    return hue


def _check_name(name: str) -> str:
    return tidy_name(name, most=NAME_LENGTH, what="the label")


def _save(label: Label) -> None:
    with given_once("label_named_once_standing", said=f"There is a label called “{label.name}” already."):
        label.save()
