"""In whose name a place sends, and from which address on its primary domain.

A workspace writes to its own customers, so it bears its own name, not the one its reseller gives its pages.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from core import brand
from core.sending.models import Delivery
from tenants import sites
from tenants.context import current


@dataclass(frozen=True, slots=True)
class Sender:
    """The name and the mail domain of a place; nothing leaves in the name of one that is suspended.

    `console` is the reseller whose console writes, on the platform's ledger.
    """

    name: str
    domain: str
    is_open: bool = True
    console: UUID | None = None

    @property
    def address(self) -> str:
        return f"replies@{self.domain}"


def mail_domain() -> str:
    """The domain of the current place's mail addresses; raises Domain.DoesNotExist when it has none."""
    return sites.primary_host(current())


def sender() -> Sender:
    """The sender of the current place; raises Domain.DoesNotExist when it has no primary domain.

    A workspace that is still being set up answers nowhere yet, and its mail waits like a suspended one's. It
    may have opened a moment ago, so that is not taken from what this process remembers.
    """
    domain = mail_domain()
    site = sites.resolve(domain) or sites.load(domain)
    if site is None:
        return Sender(name=domain, domain=domain, is_open=False)
    name = site.workspace_name or brand.tokens_for(site).name
    return Sender(name=name, domain=domain, is_open=site.is_open)


def sender_of(delivery: Delivery, *, place: Sender) -> Sender:
    """Who one mail comes from: a console's bears that console's own domain, so that no other name shows.

    It is closed while that console's reseller is suspended. `place` is the sender of the current place, which
    all other mail comes from.
    """
    if not current().is_platform:
        return place
    site = sites.resolve(str(delivery.payload.get("from_email", "")).rpartition("@")[2])
    if site is None or not site.place.is_platform:
        return place
    return replace(place, domain=site.host, console=site.reseller_id, is_open=site.is_open)
