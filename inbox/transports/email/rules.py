"""Pure rules about a mail that was read: whether it is for the inbox at all, and when two are the same.

What it becomes there is leads.py next door.
"""

import hashlib
import json
from uuid import UUID

from core.sending.rules.addresses import InvalidAddress, normalise
from core.sending.tokens import BOUNCE, REPLY, read_address
from inbox.transports.email.parsing import Mail

OWN = "It is our own mail coming back."
REPORT = "It reports on a mail of ours that could not be delivered."
CIRCLES = "It went through too many servers: it goes in circles."
MAX_HOPS = 100  # RFC 5321 §6.3
OWN_NAMES = ("replies", f"{REPLY}+", f"{BOUNCE}+")


def why_ignored(mail: Mail, *, mail_from: str, recipients: list[str], domain: str, is_sent: bool) -> str:
    """Why this mail is kept but not shown, or "". What robots say about our mail must not make new mail.

    `is_sent`: a mail with its id left us, whatever became of the headers on its way back.
    """
    if is_sent or f"replies@{domain}" in mail.loops or _is_ours(mail.sender, domain=domain):
        return OWN
    if mail.hops > MAX_HOPS:
        return CIRCLES
    by_robot = mail.automatic or not mail_from
    opened = [read_address(address) for address in recipients]
    if mail.report or (by_robot and any(found and found[0] == BOUNCE for found in opened)):
        return REPORT
    return ""


def bounced(recipients: list[str]) -> UUID | None:
    """The delivery that a report came back for, by the signed address it was sent to."""
    opened = [read_address(address) for address in recipients]
    return next((found[1] for found in opened if found and found[0] == BOUNCE), None)


def _is_ours(sender: str, *, domain: str) -> bool:
    local, _, host = sender.rpartition("@")
    return host == domain and local.startswith(OWN_NAMES)


def content_key(mail: Mail) -> str:
    """The same for two copies of one mail, whatever way they came; "" for a mail without an id of its own.

    The id alone is not enough: a stranger could guess it and have the real mail taken for a copy. The whole
    body counts, so that a mail with another attachment is another mail.
    """
    if not mail.message_id:
        return ""
    content = [mail.message_id, mail.sender, mail.subject, mail.body_sha256]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def address_or_none(text: str) -> str:
    """The mail address in its normal form, or "" when it is none."""
    try:
        return normalise(text)
    except InvalidAddress:
        return ""


def door(recipients: list[str]) -> str:
    """The address a mail came to, as it is shown: a signed one without its token."""
    address = recipients[0].lower() if recipients else ""
    local, _, host = address.rpartition("@")
    return f"{local.partition('+')[0]}@{host}" if read_address(address) else address
