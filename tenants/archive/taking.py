"""What a reseller's console does with a file that is to be a workspace: keeps it, names it, throws it away.

The builder's half is importing.py.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify

from tenants.archive import faults
from tenants.archive.importing import forget_upload
from tenants.archive.store import keep_upload, store
from tenants.hosts.domains import check_host, check_unlike, taken
from tenants.ids import uuid7
from tenants.models import Domain, Reseller, WorkspaceImport
from tenants.schema.names import new_schema_name
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

State = WorkspaceImport.State

MAX_KEPT = 5
"""How many files of one reseller's are kept at once: each may be as large as the limit."""
TOO_MANY = f"{MAX_KEPT} files are waiting already. Bring one of them in, or throw one away."


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Where an imported workspace may be found: `where` is a kind of ADDRESS in console/address_words.py."""

    where: str
    address: str
    was_free: bool


def has_room(reseller_id: UUID) -> bool:
    """Whether one more file of theirs may be kept."""
    rows = WorkspaceImport.objects.filter(reseller=reseller_id).exclude(upload="")
    return rows.count() < MAX_KEPT


def take_upload(reseller: Reseller, *, person: str, file: "UploadedFile[Any]") -> WorkspaceImport:
    """Keep a file and have it checked. Runs on the platform. Raises ValidationError."""
    if not has_room(reseller.id):
        raise ValidationError(TOO_MANY)
    import_id = uuid7()
    try:
        name = keep_upload(reseller.id, import_id, file)
    except OSError as error:
        log.exception("upload_not_kept", reseller=str(reseller.id))
        raise ValidationError(faults.in_words(error)) from error
    with transaction.atomic():
        Reseller.objects.select_for_update().get(id=reseller.id)  # of two at once the second counts the first
        if not has_room(reseller.id):
            store().delete(name)
            raise ValidationError(TOO_MANY)
        row = WorkspaceImport.objects.create(
            id=import_id,
            reseller=reseller,
            person=person[:400],
            upload=name,
            filename=(file.name or "")[-200:],
            size=file.size or 0,
        )
        _wake(row)
    return row


def begin_import(row: WorkspaceImport, *, name: str, host: str) -> None:
    """Have a checked file brought in under this name and address. Runs on the platform.

    Raises ValidationError for an address that is somebody's, and when it is no longer waiting for one.
    """
    with transaction.atomic():
        locked = _locked(row.id, among=[State.READY])
        if Domain.objects.filter(host=host).exists():
            raise taken(host)
        check_unlike(host, reseller_id=locked.reseller_id, workspace_id=locked.id)
        locked.name, locked.host, locked.error = name, host, ""
        locked.state, locked.schema = State.IMPORTING, locked.schema or new_schema_name()
        locked.save(update_fields=["name", "host", "error", "state", "schema"])
        _wake(locked)


def try_again(row: WorkspaceImport) -> None:
    """Once more the step that did not work; for a file that is still kept. Raises ValidationError."""
    with transaction.atomic():
        locked = _locked(row.id, among=[State.FAILED])
        if not locked.upload:
            raise ValidationError("Its file is not kept any more. Upload it again.")
        locked.state = State.IMPORTING if locked.host else State.CHECKING
        locked.attempts, locked.error = 0, ""
        locked.save(update_fields=["state", "attempts", "error"])
        _wake(locked)


def throw_away(row: WorkspaceImport) -> None:
    """Forget a file that waits or failed, and all that is known of it. Raises ValidationError."""
    with transaction.atomic():
        locked = _locked(row.id, among=[State.READY, State.FAILED])
        forget_upload(locked)
        locked.delete()


def _locked(import_id: UUID, *, among: list[State]) -> WorkspaceImport:
    row = WorkspaceImport.objects.select_for_update(of=("self",)).filter(id=import_id).first()
    if row is None or row.state not in among:
        raise ValidationError("It is not waiting for this any more. This page shows how it stands.")
    return row


def _wake(row: WorkspaceImport) -> None:
    enqueue("tenants.import_workspace", str(row.id), queue="schema")


def suggest(row: WorkspaceImport) -> Suggestion:
    """The address it had where that is free here, else a word made of its name. Runs on the platform."""
    hosts = [host for host in row.facts.get("hosts", []) if isinstance(host, str)]
    for host in hosts:
        if _is_free(host, row=row):
            ours = f".{settings.BASE_HOST}"
            word = host.removesuffix(ours)
            return Suggestion("subdomain" if host.endswith(ours) else "domain", word, was_free=True)
    word = slugify(row.name)[:40].strip("-")
    free = bool(word) and _is_free(f"{word}.{settings.BASE_HOST}", row=row)
    return Suggestion("subdomain", word if free else "", was_free=False)


def _is_free(host: str, *, row: WorkspaceImport) -> bool:
    try:
        with transaction.atomic():
            host = check_host(host)
            check_unlike(host, reseller_id=row.reseller_id, workspace_id=row.id)
    except ValidationError:
        return False
    return not Domain.objects.filter(host=host).exists()
