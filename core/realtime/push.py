"""The one door for announcing something to browsers: `push_on_commit`.

It turns a typed event into an entry of the stream; what appends it is publisher.py next door.
"""

import json

import structlog
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from core.realtime.audience import Audience
from core.realtime.events import Event
from core.realtime.publisher import publisher
from core.realtime.stream import Entry
from tenants.context import current_workspace

log = structlog.get_logger(__name__)

FRAGMENT_BYTES = 8_192
DATA_BYTES = 4_096


def push_on_commit(event: Event, *, audience: Audience, html: str = "") -> None:
    """Announce `event` to `audience` of the current workspace once the transaction has committed.

    `html` is a fragment rendered once and the same for all who may see it. Raises NoContext or NotAWorkspace
    outside a workspace, before anything is written; never raises because of Redis.
    """
    place = current_workspace()
    entry = Entry(schema=place.schema, audience=audience, body=body_of(event, html=html or event.fragment()))
    transaction.on_commit(lambda: publisher(settings.REDIS_URL).publish(entry), robust=True)


def body_of(event: Event, *, html: str) -> str:
    """The frame without its id. A fragment over 8 KB stays at home and the browser is told by `big`."""
    data = _json(event.data())
    if len(data.encode("utf-8", "replace")) > DATA_BYTES:
        # facts that big are not facts but content: the browser fetches, and the write that caused it stands
        log.error("event_too_big", type=event.type, length=len(data))
        return '{"t":"resync"}'
    if len(html.encode("utf-8", "replace")) > FRAGMENT_BYTES:
        return f'{{"t":{_json(event.type)},"html":"","d":{data},"big":true}}'
    return f'{{"t":{_json(event.type)},"html":{_json(html)},"d":{data}}}'


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
