"""Who may be written to: what an address belongs to, and why nothing is taken for it.

Asked by the mail server (door.py), which says so while the sender waits, and for what providers post.
"""

from uuid import UUID

from core.sending.rules.addresses import InvalidAddress, split
from core.sending.tokens import read_return_path
from tenants import sites

NOBODY = "550 5.1.1 There is no mailbox here for this address."
SOON = "450 4.2.1 This mailbox is not open yet, please try again later."
SUSPENDED = "450 4.2.1 This mailbox is suspended for now, please try again later."
CLOSED = "550 5.2.1 This mailbox is closed."


def site_of(address: str) -> sites.Site | None:
    """What an address belongs to, by its domain: in a workspace every name there reaches the inbox."""
    return sites.resolve(host_of(address))


def refusal(address: str) -> str:
    """Why nothing is taken for this address, or ""; what passes is temporary (RFC 3463 §3.3, X.2.1).

    Asked on the platform.
    """
    site = site_of(address)
    if site is not None and not site.is_workspace:
        return "" if returned(address, site=site) else NOBODY
    if site is not None and site.is_open:
        return ""
    if site is not None and site.state == "suspended":
        return SUSPENDED
    if sites.opens_soon(host_of(address)):
        return SOON
    return CLOSED if site is not None else NOBODY


def returned(address: str, *, site: sites.Site) -> UUID | None:
    """The delivery of a console's return path, the only kind of address that a console has."""
    return read_return_path(address, console=site.reseller_id)


def host_of(address: str) -> str:
    """The domain of a mail address; "", which nobody has, for what is none."""
    try:
        return split(address)[1]
    except InvalidAddress:
        return ""
