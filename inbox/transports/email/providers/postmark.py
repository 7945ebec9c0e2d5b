"""Postmark: its inbound webhook posts JSON, with the mail as it came once “Include raw email content” is on.

postmarkapp.com/developer/webhooks/inbound-webhook and …/bounce-webhook. Nothing is signed: the secret in the
webhook's address is all the proof there is.
"""

import json
from typing import Any

from anymail.webhooks.postmark import PostmarkInboundWebhookView, PostmarkTrackingWebhookView
from django.conf import settings

from inbox.transports.email.providers.posts import BadPost, PostedMail, as_request


def is_set_up() -> bool:
    return bool(settings.MAIL_WEBHOOK_SECRET)


def read_mail(content_type: str, body: bytes, *, authorization: str) -> PostedMail:
    """A mail that came in. Raises BadPost, and whatever anymail does about a wrong secret."""
    said = _json(content_type, body)
    raw = said.get("RawEmail")
    if not isinstance(raw, str):
        raise BadPost("It has no “RawEmail”: turn on “Include raw email content in JSON payload”.")
    stub: dict[str, Any] = {
        key: said[key] for key in ("MessageID", "OriginalRecipient", "RecordType") if key in said
    }
    headers = said.get("Headers") or []
    stub |= {"RawEmail": "", "Headers": headers[:1] if isinstance(headers, list) else []}
    [event] = _heard(PostmarkInboundWebhookView, stub, authorization=authorization)
    return PostedMail(
        raw=raw.encode(errors="replace"),
        mail_from=event.message.envelope_sender or "",
        rcpt_to=(str(event.message.envelope_recipient or ""),),
        event_id=str(event.event_id or ""),
    )


def read_events(content_type: str, body: bytes, *, authorization: str) -> list[Any]:
    """What became of mails we sent, as anymail says it."""
    return _heard(PostmarkTrackingWebhookView, _json(content_type, body), authorization=authorization)


def _json(content_type: str, body: bytes) -> dict[str, Any]:
    if not content_type.lower().startswith("application/json"):
        raise BadPost("It is not JSON.")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadPost("It is not JSON.") from error
    if not isinstance(said, dict):
        raise BadPost("It is not an object.")
    return said


def _heard(view: type, said: dict[str, Any], *, authorization: str) -> list[Any]:
    webhook = view(webhook_secret=settings.MAIL_WEBHOOK_SECRET)
    request = as_request(
        content_type="application/json", body=json.dumps(said).encode(), authorization=authorization
    )
    webhook.run_validators(request)
    events: list[Any] = webhook.parse_events(request)
    return events
