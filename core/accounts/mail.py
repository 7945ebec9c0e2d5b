"""Mails about somebody's account: rendered in the site's brand, handed to the ledger as system mail.

The words stand in templates/account/email; sending, retrying and forgetting the text is core/sending.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from core import brand
from core.brand import BrandTokens
from core.sending.domain.system import send_system
from core.sending.letter import draw_letter
from tenants.sites import Site, origin


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name a mail goes out: read off the platform before any transaction of the workspace begins."""

    site: Site
    tokens: BrandTokens

    @property
    def url(self) -> str:
        return origin(self.site.host)

    def url_of(self, name: str, *args: object) -> str:
        """The absolute address of a named page on this site."""
        return self.url + reverse(name, args=args, urlconf=settings.SITE_URLCONFS[self.site.kind])


def sender_for(site: Site) -> Sender:
    return Sender(site=site, tokens=brand.tokens_for(site))


def send_account_mail(
    template_prefix: str, *, email: str, sender: Sender, values: dict[str, Any], ref: str = ""
) -> None:
    """Queue one mail; the same `ref` is one mail."""
    said = letter(template_prefix, email=email, sender=sender, values=values)
    send_system(email, **said, ref=ref)


def letter(template_prefix: str, *, email: str, sender: Sender, values: dict[str, Any]) -> dict[str, str]:
    """What a mail says, as send_system takes it. What it names comes from the site, never from a header."""
    tokens = sender.tokens
    house = sender.site.name
    context = {**values, "brand": tokens, "house": house, "site_url": sender.url, "email": email}
    subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
    text = render_to_string(f"{template_prefix}_message.txt", context).strip()
    paragraphs = text.split("\n\n")[:-1]  # the last one is the signature, which the letter has in its own way
    shown = {name: values.get(name, "") for name in ("code", "button_url", "button")}
    html = draw_letter(paragraphs, brand=tokens, subject=subject, **shown)
    return {
        "subject": subject,
        "text": f"{text}\n",
        "html": html,
        "from_name": tokens.name,
        "from_email": _address(sender.site),
    }


def _address(site: Site) -> str:
    """A console's people share the platform's ledger, but hear from their own console's domain."""
    return "" if site.is_workspace else f"replies@{site.host}"
