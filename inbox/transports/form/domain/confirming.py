"""Confirming an address by a mail's link: who gets the mail, what it says, and what becomes of it.

Nothing that a stranger typed stands in it, and an address gets few of them: whoever fills in somebody else's
can neither say anything to them nor fill their mailbox.
"""

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from core.api.throttle import hit, network_of
from core.brand import tokens_for_customers
from core.sending.domain.queue import queue
from core.sending.identity import sender
from core.sending.models import Delivery
from core.sending.outgoing import Outgoing
from core.sending.rules.addresses import address_key, mailbox
from inbox.conversations.enums import Doubt
from inbox.conversations.models import Message
from inbox.conversations.push import push_settled
from inbox.transports.form.domain.consents import note_confirmed
from inbox.transports.form.models import Submission
from inbox.transports.form.token import make_confirmation
from tenants.sites import origin, resolve

KIND = "forms.confirm"
"""The ledger's kind of these mails; the ref is the submission's id."""
PER_ADDRESS, DAY = 3, 86_400
"""At most so many mails to one mailbox in so many seconds."""
UNPROVEN, PER_NETWORK, PER_WORKSPACE, HOUR = 20, 20, 200, 3_600
"""At most so many: for what came without a proof of work, which costs a robot nothing; for what came from one
network, where a fair's tablet or an office may stand; and in all, in so many seconds."""
SHELL = "account/email/shell.html"


def ask(submission: Submission, *, email: str, doubt: Doubt, ip: str) -> None:
    """Queue the mail, unless a robot seems to want it or enough of them went out; the lead is kept anyhow."""
    if not _may_ask(email, doubt=doubt, ip=ip):
        return
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
        (f"form-confirm:{address_key(mailbox(email))}", PER_ADDRESS, DAY),
        *([("form-unproven", UNPROVEN, HOUR)] if doubt == Doubt.UNPROVEN else []),
        ("form-confirm", PER_WORKSPACE, HOUR),
    ]
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


def compose(delivery: Delivery) -> Outgoing:
    """What the mail says. Raises ValueError when form or submission are gone."""
    row: Submission | None = Submission.objects.select_related("form").filter(id=delivery.ref).first()
    if row is None or row.form is None:
        raise ValueError("what was to be confirmed is gone")
    house = sender()
    path = reverse(
        "forms:confirm",
        args=[row.form.slug, make_confirmation(row)],
        urlconf=settings.SITE_URLCONFS["workspace"],
    )
    link = origin(house.domain) + path
    subject = f"Please confirm: {row.form.title}"
    paragraphs = [
        f"This address was entered in the form “{row.form.title}” of {house.name}.",
        "If that was you, confirm it with the button on the page behind this link. It is good for a week:",
        link,
        "If it was not you, do nothing. Nothing is confirmed then.",
    ]
    site = resolve(house.domain)
    html = ""
    if site is not None:
        drawn = {"brand": tokens_for_customers(site), "subject": subject, "paragraphs": paragraphs}
        html = render_to_string(SHELL, {**drawn, "button_url": link, "button": "Confirm my address"})
    return Outgoing(subject=subject, text="\n\n".join([*paragraphs, house.name]) + "\n", html=html)
