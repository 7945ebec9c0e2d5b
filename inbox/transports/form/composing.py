"""The mail that asks whoever has a mailbox to confirm what was entered: its words, and its link.

Nothing that a stranger typed stands in it. Who gets it is domain/confirming.py.
"""

from django.conf import settings
from django.urls import reverse

from core.brand import tokens_for_customers
from core.sending.identity import sender
from core.sending.letter import draw_letter
from core.sending.models import Delivery
from core.sending.outgoing import Outgoing
from inbox.transports.form.models import Submission
from inbox.transports.form.token import make_confirmation
from tenants.sites import origin, resolve


def compose_confirmation(delivery: Delivery) -> Outgoing:
    """What the mail says; its ref is the submission's. Raises ValueError when that or its form is gone."""
    row: Submission | None = Submission.objects.select_related("form").filter(id=delivery.ref).first()
    if row is None or row.form is None:
        raise ValueError("what was to be confirmed is gone")
    house = sender()
    link = origin(house.domain) + _path(row, slug=row.form.slug)
    subject = f"Please confirm: {row.form.title}"
    paragraphs = [
        f"This address was entered in the form “{row.form.title}” of {house.name}.",
        "If that was you, confirm it with the button on the page behind this link. It is good for a week:",
        link,
        "If it was not you, do nothing. Nothing is confirmed then.",
    ]
    text = "\n\n".join([*paragraphs, house.name]) + "\n"
    html = _html(paragraphs, host=house.domain, subject=subject, link=link)
    return Outgoing(subject=subject, text=text, html=html)


def _path(row: Submission, *, slug: str) -> str:
    urls = settings.SITE_URLCONFS["workspace"]
    return reverse("forms:confirm", args=[slug, make_confirmation(row)], urlconf=urls)


def _html(paragraphs: list[str], *, host: str, subject: str, link: str) -> str:
    """The letter; none where the host has no site any more, and the text alone goes out."""
    site = resolve(host)
    if site is None:
        return ""
    return draw_letter(
        paragraphs,
        brand=tokens_for_customers(site),
        subject=subject,
        button_url=link,
        button="Confirm my address",
    )
