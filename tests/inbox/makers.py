"""Makes what inbox tests start from, through the product's own doors."""

from dataclasses import replace
from typing import Any

from django.urls import reverse

from inbox.conversations.domain.capture import Captured, Lead, capture
from inbox.conversations.enums import Channel

LEAD = Lead(
    source="form:contact",
    channel=Channel.FORM,
    name="Zoë Quinn",
    email="zoe@acme.test",
    company="Acme",
    subject="Contact us",
    text="Do you deliver\non Mondays?",
)


def a_lead(**changes: Any) -> Captured:
    """A captured lead; call inside a workspace."""
    return capture(replace(LEAD, **changes))


def leads(count: int, **changes: Any) -> list[Captured]:
    """Several people's leads, the last one the newest."""
    return [
        a_lead(name=f"Person {number}", email=f"p{number}@acme.test", text=f"Question {number}", **changes)
        for number in range(1, count + 1)
    ]


def url(name: str, *args: Any) -> str:
    """An address on a workspace's host."""
    return reverse(name, args=args, urlconf="deploy.urls.workspace")


def part(target: str = "content") -> dict[str, Any]:
    """The headers of an htmx request for one part of the page."""
    return {
        "HTTP_HX_REQUEST": "true",
        "HTTP_HX_REQUEST_TYPE": "partial",
        "HTTP_HX_TARGET": f"div#{target}",
    }
