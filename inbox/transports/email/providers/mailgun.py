"""Mailgun: routes that forward to an address ending in “mime” post the mail as it came; webhooks are JSON.

documentation.mailgun.com, “Receive, Forward and Store Messages” and “Webhooks”. A signature covers its
timestamp and token, not the body, so it is good for a day and each token once.
"""

import time
from typing import Any

from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from django.conf import settings

from inbox.transports.email.providers.posts import BadPost, PostedMail, as_request, fields_of

FRESH = 24 * 3600
"""Seconds; Mailgun tries for eight hours."""
MAIL = "body-mime"


def is_set_up() -> bool:
    return bool(settings.MAIL_WEBHOOK_SECRET and settings.MAILGUN_SIGNING_KEY)


def read_mail(content_type: str, body: bytes, *, authorization: str) -> PostedMail:
    """A mail that came in. Raises BadPost, and whatever anymail does about a wrong signature."""
    fields = fields_of(content_type, body)
    raw = fields.pop(MAIL, None)
    if raw is None:
        raise BadPost("It has no “body-mime”: the route's address must end in “mime”.")
    request = as_request(
        content_type="multipart/form-data", fields={**fields, MAIL: b""}, authorization=authorization
    )
    [event] = _heard(MailgunInboundWebhookView, request)
    _check_fresh(fields.get("timestamp", b"").decode(errors="replace"))
    message = event.message
    to = (message.envelope_recipient or "").replace(",", " ").split()
    return PostedMail(
        raw=raw, mail_from=message.envelope_sender or "", rcpt_to=tuple(to), event_id=event.event_id or ""
    )


def read_events(content_type: str, body: bytes, *, authorization: str) -> list[Any]:
    """What became of mails we sent, as anymail says it."""
    if not content_type.lower().startswith("application/json"):
        raise BadPost("It is not JSON.")
    request = as_request(content_type="application/json", body=body, authorization=authorization)
    [event] = _heard(MailgunTrackingWebhookView, request)
    _check_fresh(str(event.esp_event["signature"]["timestamp"]))
    return [event]


def _heard(view: type, request: Any) -> list[Any]:
    webhook = view(
        webhook_secret=settings.MAIL_WEBHOOK_SECRET, webhook_signing_key=settings.MAILGUN_SIGNING_KEY
    )
    webhook.run_validators(request)
    events: list[Any] = webhook.parse_events(request)
    return events


def _check_fresh(timestamp: str) -> None:
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > FRESH:
        raise BadPost("Its signature is too old.")
