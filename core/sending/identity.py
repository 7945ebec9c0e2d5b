"""In whose name a place sends, and from which address on its primary domain.

A workspace writes to its own customers, so it bears its own name, not the one its reseller gives its pages.
"""

from dataclasses import dataclass

from core import brand
from tenants import sites
from tenants.context import current


@dataclass(frozen=True, slots=True)
class Sender:
    """The name and the mail domain of a place; nothing leaves in the name of one that is suspended."""

    name: str
    domain: str
    is_open: bool = True

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
