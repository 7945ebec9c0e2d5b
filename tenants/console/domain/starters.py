"""A reseller's starter templates: taken from a workspace or copied, renamed, made the default, deleted.

Applying one is a set-up's matter (tenants/setup.py); workspaces keep what they got from it.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tenants import audit, starters
from tenants.context import NotAWorkspace
from tenants.db.broken import broken_constraint
from tenants.models import Reseller, StarterTemplate, Workspace

MOST = 50
"""How many templates a reseller may have."""


def take_from(workspace: Workspace, *, name: str, description: str) -> StarterTemplate:
    """A template with what a workspace of the reseller has now. Raises ValidationError."""
    try:
        content = starters.capture(workspace)
    except NotAWorkspace as error:
        raise ValidationError(f"{workspace} has no data here at the moment. Choose another one.") from error
    if not content:
        raise ValidationError(f"{workspace} has nothing a template could begin with.")
    return _keep(workspace.reseller, name=name, description=description, parts=content)


def copy(template: StarterTemplate, *, reseller: Reseller) -> StarterTemplate:
    """A template of the reseller's own with the same content. Raises ValidationError."""
    name = f"{template.name[:72]} (copy)"
    return _keep(reseller, name=name, description=template.description, parts=template.parts)


def _keep(reseller: Reseller, *, name: str, description: str, parts: dict[str, Any]) -> StarterTemplate:
    starters.check(parts)
    _check_unlike_built_in(name)
    if StarterTemplate.objects.filter(reseller=reseller).count() >= MOST:
        raise ValidationError(f"There are {MOST} starter templates already. Delete one that nobody needs.")
    row = StarterTemplate(reseller=reseller, name=name.strip(), description=description.strip(), parts=parts)
    with transaction.atomic():
        _save(row)
        audit.record("starter.create", target=row.id, label=row.name, detail={"parts": sorted(parts)})
    return row


def rename(template: StarterTemplate, *, name: str, description: str) -> None:
    """Other words; what it brings stays. Raises ValidationError."""
    if name.strip() != template.name:
        _check_unlike_built_in(name)
    before, template.name, template.description = template.name, name.strip(), description.strip()
    with transaction.atomic():
        _save(template)
        detail = {"from": before if before != template.name else ""}
        audit.record("starter.change", target=template.id, label=template.name, detail=detail)


def make_default(template: StarterTemplate) -> None:
    """Have it chosen already where a workspace is made; the one before is not any more."""
    own = StarterTemplate.objects.filter(reseller=template.reseller)
    with transaction.atomic():
        list(own.select_for_update().order_by("id"))
        before = own.filter(is_default=True).exclude(id=template.id).first()
        own.filter(is_default=True).update(is_default=False)
        own.filter(id=template.id).update(is_default=True)
        detail = {"from": before.name if before else ""}
        audit.record("starter.default", target=template.id, label=template.name, detail=detail)


def delete(template: StarterTemplate) -> None:
    """Take it away; workspaces keep what they got. Raises ValidationError while one is set up with it."""
    with transaction.atomic():
        locked = StarterTemplate.objects.select_for_update().get(id=template.id)
        building = Workspace.objects.filter(starter=locked, state=Workspace.State.BUILDING).count()
        if building:
            who = "1 workspace is" if building == 1 else f"{building} workspaces are"
            raise ValidationError(f"{who} being set up with {locked}. Delete it when that is done.")
        audit.record("starter.delete", target=locked.id, label=locked.name)
        locked.delete()


def _check_unlike_built_in(name: str) -> None:
    """Two of one name cannot be told apart where a workspace begins. Raises ValidationError."""
    if found := StarterTemplate.objects.filter(reseller=None, name__iexact=name.strip()).first():
        raise ValidationError({"name": f"“{found.name}” is built in already. Choose another name."})


def _save(row: StarterTemplate) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if broken_constraint(error) != "starter_named_once":
            raise
        raise ValidationError(
            {"name": f"You have a starter template called “{row.name}” already."}
        ) from error
