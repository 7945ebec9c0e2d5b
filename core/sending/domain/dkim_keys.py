"""The keys that sign a place's mail: made here, checked in the DNS, and replaced by a second selector.

A new key signs nothing before its record was found, and the one before goes on until then. Who asks the DNS
is never inside a transaction.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core.sending.dkim import Signer, load_key, new_key
from core.sending.dns import CannotAsk, txt_records
from core.sending.models import DkimKey
from core.sending.rules.dkim_record import Found, read_records
from tenants import secrets
from tenants.audit import record
from tenants.ids import uuid7
from tenants.tasks import enqueue

log = structlog.get_logger(__name__)

State = DkimKey.State
CHECK = "core.sending.check_dkim"
PURPOSE = "dkim"
SOON, DAILY = timedelta(minutes=10), timedelta(hours=24)
"""How often a record that is waited for is looked up by itself, and one that was found."""
WAITED_FOR = timedelta(days=30)
_STATES = {Found.RIGHT: State.FOUND, Found.WRONG: State.WRONG, Found.NOTHING: State.WAITING}


class AlreadyWaiting(Exception):
    """There is a key already whose record has not been found."""


@transaction.atomic
def make_key(domain: str) -> DkimKey:
    """A new key for a domain under a selector of its own. Raises AlreadyWaiting."""
    if DkimKey.objects.filter(domain=domain, state__in=[State.WAITING, State.WRONG]).exists():
        raise AlreadyWaiting
    private, public = new_key()
    made = DkimKey(id=uuid7(), domain=domain, public=public)
    made.selector = f"m{made.id.hex[:8]}{made.id.hex[-4:]}"
    made.sealed = secrets.seal(private, purpose=PURPOSE)
    made.save(force_insert=True)
    record("mail.key", target=made.id, label=made.record_name)
    return made


def check_key(key: DkimKey) -> DkimKey:
    """Look its record up and note what was found; where the DNS gives no answer the key is left as it was."""
    try:
        found, trouble = read_records(txt_records(key.record_name), public=key.public)
    except CannotAsk as error:
        log.warning("dkim_not_asked", name=key.record_name, why=str(error))
        DkimKey.objects.filter(id=key.id).update(
            checked_at=timezone.now(), trouble="The DNS gave no answer. It is asked again by itself."
        )
    else:
        _note(key.id, state=_STATES[found], trouble=trouble)
    key.refresh_from_db()
    return key


@transaction.atomic
def _note(key_id: UUID, *, state: DkimKey.State, trouble: str) -> None:
    """A key that is found takes over from those before it."""
    key = DkimKey.objects.select_for_update().get(id=key_id)
    if key.state == State.RETIRED:
        return
    if state == State.FOUND and key.state != State.FOUND:
        older = DkimKey.objects.filter(domain=key.domain, state=State.FOUND, created_at__lt=key.created_at)
        older.update(state=State.RETIRED, trouble="")
        record("mail.key_found", target=key.id, label=key.record_name, actor="The DNS")
    key.state, key.trouble, key.checked_at = state, trouble, timezone.now()
    key.save(update_fields=["state", "trouble", "checked_at"])


def signer_for(domain: str) -> Signer | None:
    """What signs mail from this domain now; None for one without a key that was found."""
    key = DkimKey.objects.filter(domain=domain, state=State.FOUND).order_by("-created_at").first()
    if key is None:
        return None
    try:
        return Signer(domain, key.selector, load_key(secrets.unseal(key.sealed, purpose=PURPOSE)))
    except (secrets.Unreadable, ValueError):
        # Unsigned mail arrives, if less surely; mail that waits for somebody to bring a key back does not.
        log.exception("dkim_key_unreadable", selector=key.selector)
        return None


def wake_checks() -> None:
    """Sweep: have records looked up whose time it is; one that nobody publishes is given up after a month."""
    now = timezone.now()
    waiting = Q(state__in=[State.WAITING, State.WRONG], created_at__gt=now - WAITED_FOR)
    due = Q(waiting, checked_at__lt=now - SOON) | Q(state=State.FOUND, checked_at__lt=now - DAILY)
    rows = DkimKey.objects.filter(due | Q(waiting, checked_at=None)).order_by(
        F("checked_at").asc(nulls_first=True)
    )
    for key_id in rows.values_list("id", flat=True)[:10]:
        enqueue(CHECK, str(key_id))


def reseal_keys() -> int:
    """Encrypt the private halves with the newest key of the installation; what cannot be read is left."""
    done = 0
    for key in DkimKey.objects.all():
        try:
            key.sealed = secrets.reseal(key.sealed)
        except secrets.Unreadable:
            log.exception("dkim_key_unreadable", selector=key.selector)
            continue
        key.save(update_fields=["sealed"])
        done += 1
    return done
