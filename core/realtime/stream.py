"""The one bounded stream between writers and websocket processes: its name, its ids and what an entry holds.

publisher.py next door appends to it, hub.py reads it; nothing else touches it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.realtime.audience import Audience, anybody, loads

STREAM = "marque:events"
"""One stream for all workspaces: every entry says whose it is, and the hub sorts them into rooms."""
MAXLEN = 10_000
EVERY_ROOM = "*"

StreamId = tuple[int, int]
"""Milliseconds of the Redis clock and a number within them; compares in the order of the stream."""
START: StreamId = (0, 0)

_ID = re.compile(r"([0-9]{1,15})-([0-9]{1,10})\Z")


def parse_id(text: str) -> StreamId | None:
    """The id in `text`, which may come from a browser; None when it is not one."""
    found = _ID.match(text)
    return (int(found[1]), int(found[2])) if found else None


def id_text(stream_id: StreamId) -> str:
    return f"{stream_id[0]}-{stream_id[1]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event on its way: whose it is, who may see it, and its JSON without the id."""

    schema: str
    audience: Audience
    body: str

    def fields(self) -> dict[str, bytes]:
        return {
            "w": self.schema.encode(),
            "a": self.audience.dumps().encode(),
            # a lone surrogate in somebody's text must not lose the event
            "b": self.body.encode("utf-8", "replace"),
        }

    def text(self, stream_id: StreamId) -> str:
        """The frame every browser gets: the body with its id put in front."""
        return f'{{"id":"{id_text(stream_id)}",{self.body[1:]}'


def read_entry(fields: Mapping[bytes, bytes]) -> Entry:
    """The entry in a stream's row; raises ValueError for a row that `Entry.fields` did not write."""
    try:
        schema, audience, body = fields[b"w"].decode(), fields[b"a"].decode(), fields[b"b"].decode()
    except KeyError as error:
        raise ValueError(f"an entry without {error}") from None
    if not schema or not body.startswith('{"'):
        raise ValueError("an entry without a workspace or a body")
    return Entry(schema=schema, audience=loads(audience), body=body)


def resync_entry(schema: str) -> Entry:
    """Tells every socket of one room, or of EVERY_ROOM, to fetch what it shows anew."""
    return Entry(schema=schema, audience=anybody(), body='{"t":"resync"}')
