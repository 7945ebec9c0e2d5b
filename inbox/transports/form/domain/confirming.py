"""Confirming an address by a mail's link: who gets the mail, and what becomes of it.

An address gets few of them: whoever fills in somebody else's cannot fill their mailbox, and nothing that a
stranger typed stands in the mail (../composing.py).
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from core.api.throttle import hit, network_of
from core.sending.domain.queue import queue
from core.sending.rules.addresses import address_key, mailbox
from inbox.conversations.enums import Doubt
from inbox.conversations.models import Message
from inbox.conversations.push import push_settled
from inbox.transports.form.domain.consents import note_confirmed
from inbox.transports.form.models import Consent, Submission

KIND = "forms.confirm"
"""The ledger's kind of these mails; the ref is the submission's id."""
PER_ADDRESS, DAY = 3, 86_400
"""At most so many mails to one mailbox in so many seconds."""
UNPROVEN, PER_NETWORK, PER_WORKSPACE, HOUR = 20, 20, 200, 3_600
"""At most so many: for what came without a proof of work, which costs a robot nothing; for what came from one
network, where a fair's tablet or an office may stand; and in all, in so many seconds."""
Count = tuple[str, int, int]
"""A counter's name, the most of it, and in how many seconds."""


def queue_confirmation(submission: Submission, *, email: str, doubt: Doubt, ip: str) -> None:
    """Queue the mail, unless a robot seems to want it or enough of them went out; the lead is kept anyhow."""
    if not _may_ask(email, doubt=doubt, ip=ip):
        return
    _queue(submission, email=email)


class CannotAsk(Exception):
    """No mail may go out for it; the text says why."""


@transaction.atomic
def ask_after_all(submission: Submission) -> Message:
    """Somebody of the team holds it for a person's: the mail goes out, counted as the form's own are.

    The message as it is then. Raises CannotAsk.
    """
    message = submission.message
    row = Submission.objects.select_for_update().get(id=submission.id)
    _check_askable(row, message)
    email = message.conversation.contact.email
    if not _is_allowed([_per_address(email), _in_all()]):
        raise CannotAsk("Too many of these mails went to this address or in all lately. Try again later.")
    _queue(row, email=email)
    push_settled(message)
    return message


def _check_askable(row: Submission, message: Message) -> None:
    conversation = message.conversation
    if conversation.doubt == Doubt.TRAP:
        raise CannotAsk("A robot filled this in. Nobody is sent a mail for it.")
    if not row.confirms or row.asked_at or row.confirmed_at:
        raise CannotAsk("There is nothing to send: the mail went out already.")
    email = conversation.contact.email
    given = Consent.objects.filter(message_id=message.id, act=Consent.Act.GIVEN).values_list(
        "email", flat=True
    )
    # What one address consented to, another mailbox cannot confirm.
    if not email or any(address_key(one) != address_key(email) for one in given):
        raise CannotAsk("The contact has another e-mail address by now than the one that was typed.")


def _queue(submission: Submission, *, email: str) -> None:
    contact_id = submission.message.conversation.contact_id
    queue(kind=KIND, ref=str(submission.id), to=email, contact_id=contact_id, automatic=True)
    submission.asked_at = timezone.now()
    submission.save(update_fields=["asked_at"])


def _may_ask(email: str, *, doubt: Doubt, ip: str) -> bool:
    """The widest count comes last: what a narrower one refuses uses nothing of it up."""
    if not email or doubt in {Doubt.TRAP, Doubt.HASTE}:
        return False
    counts = [
        (f"form-confirm:{network_of(ip)}", PER_NETWORK, HOUR),
        _per_address(email),
        *([("form-unproven", UNPROVEN, HOUR)] if doubt == Doubt.UNPROVEN else []),
        _in_all(),
    ]
    return _is_allowed(counts)


def _per_address(email: str) -> Count:
    return f"form-confirm:{address_key(mailbox(email))}", PER_ADDRESS, DAY


def _in_all() -> Count:
    return "form-confirm", PER_WORKSPACE, HOUR


def _is_allowed(counts: Iterable[Count]) -> bool:
    return all(hit(name, limit=limit, seconds=seconds).allowed for name, limit, seconds in counts)


@transaction.atomic
def confirm(submission: Submission, *, ip: str) -> None:
    """It was them, says whoever has the mailbox. Again it changes nothing; `ip` is where they say so."""
    row = Submission.objects.select_for_update().get(id=submission.id)
    if row.confirmed_at:
        return
    row.confirmed_at, row.confirmed_ip = timezone.now(), ip
    row.save(update_fields=["confirmed_at", "confirmed_ip"])
    note_confirmed(row, ip=ip)
    rows = Message.objects.select_related("conversation__contact__company")
    push_settled(rows.get(id=row.message_id))
