"""Takes in what a mail provider has posted: mail by the same rules as our own mail server's, events once.

How a post is read is providers/; nothing is answered with success before it is committed.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Any
from uuid import UUID

import structlog
from django.db import Error as DatabaseFault
from django.db import transaction

from core.sending.domain.bounces import take_bounce, take_complaint, take_delay
from core.sending.domain.heard import first_time
from core.sending.models import Delivery
from core.sending.rules.addresses import address_key
from inbox.transports.email.domain.keep import keep
from inbox.transports.email.domain.returns import hear_return
from inbox.transports.email.holding import MAX_MAIL
from inbox.transports.email.providers import events as said
from inbox.transports.email.providers.posts import PostedMail
from inbox.transports.email.recipients import refusal, returned, site_of
from tenants import sites
from tenants.context import NOWHERE, Place, entered

log = structlog.get_logger(__name__)

MAX_RECIPIENTS = 100


class Answer(Enum):
    """What the provider is told: all is well, give it up, or come again."""

    KEPT = "kept"
    REFUSED = "refused"
    LATER = "later"


def keep_posted(mail: PostedMail, *, provider: str) -> Answer:
    """Keep a mail in each workspace it is for; asked on the platform.

    Where one recipient has to wait, the provider comes again, and who has the mail already keeps it once.
    """
    if len(mail.raw) > MAX_MAIL or len(mail.rcpt_to) > MAX_RECIPIENTS:
        return Answer.REFUSED
    answers = set()
    for site, recipients in _by_site(mail.rcpt_to).items():
        answers.add(_keep_at(site, mail, recipients=recipients, provider=provider))
    for answer in (Answer.LATER, Answer.KEPT):
        if answer in answers:
            return answer
    return Answer.REFUSED


def _by_site(addresses: Iterable[str]) -> dict[sites.Site | None, list[str]]:
    found: dict[sites.Site | None, list[str]] = {}
    for address in dict.fromkeys(addresses):
        found.setdefault(site_of(address), []).append(address)
    return found


def _keep_at(site: sites.Site | None, mail: PostedMail, *, recipients: list[str], provider: str) -> Answer:
    refused = [refusal(address) for address in recipients]
    open_to = [address for address, why in zip(recipients, refused, strict=True) if not why]
    if site is None or not open_to:
        return Answer.LATER if any(why.startswith("4") for why in refused) else Answer.REFUSED
    try:
        if site.is_workspace:
            _keep_in(site.place, mail, recipients=open_to, provider=provider)
            return Answer.KEPT
        return _hear(mail, address=open_to[0], site=site)
    except DatabaseFault:
        log.exception("posted_mail_not_kept", schema=site.place.schema)
        return Answer.LATER


def _keep_in(place: Place, mail: PostedMail, *, recipients: list[str], provider: str) -> None:
    with entered(place), transaction.atomic():
        if first_time(provider, mail.event_id):
            keep(mail.raw, mail_from=mail.mail_from, rcpt_to=recipients)


def _hear(mail: PostedMail, *, address: str, site: sites.Site) -> Answer:
    """A console takes reports about its own mail and nothing else."""
    delivery_id = returned(address, site=site)
    if delivery_id is None or not hear_return(mail.raw, mail_from=mail.mail_from, delivery_id=delivery_id):
        return Answer.REFUSED
    return Answer.KEPT


def hear_events(events: Iterable[Any], *, provider: str) -> int:
    """Apply what became of mails we sent; how many were news. What names none of our mails is no news."""
    return sum(_hear_event(event, provider=f"{provider}.events") for event in events)


def _hear_event(event: Any, *, provider: str) -> bool:
    message_id = said.message_id_of(event)
    site = sites.resolve(message_id.strip("<>").rpartition("@")[2])
    if site is None or site.place == NOWHERE:
        return False
    with entered(site.place), transaction.atomic():
        delivery_id = _delivery(message_id, recipient=str(event.recipient or ""))
        if delivery_id is None or not first_time(provider, str(event.event_id or "")):
            return False
        return _apply(event, delivery_id=delivery_id)


def _delivery(message_id: str, *, recipient: str) -> UUID | None:
    """The mail with this id to this recipient; its first part is its own id."""
    try:
        id = UUID(message_id.strip("<>").partition("@")[0])
    except ValueError:
        return None
    rows = Delivery.objects.filter(id=id, message_id=message_id, to_key=address_key(recipient))
    return id if rows.exists() else None


def _apply(event: Any, *, delivery_id: UUID) -> bool:
    fate = said.fate_of(event)
    if fate is said.Fate.UNWANTED:
        return take_complaint(delivery_id)
    if fate is None:
        return False
    take = take_bounce if fate is said.Fate.CAME_BACK else take_delay
    return take(delivery_id, status=said.status_of(event), diagnostic=said.diagnostic_of(event))
