"""Events of one workspace while somebody of another listens, for every kind of event and audience there is.

The same over a real connection, and who gets through the door at all, is tests/core/realtime.
"""

import asyncio
from typing import Any, cast

import pytest
from redis import Redis

from core.realtime.audience import Audience, everyone, users, visitors
from core.realtime.events import Event
from core.realtime.hub import Hub
from core.realtime.stream import STREAM, Entry
from deploy.dev.valkey import EmbeddedValkey
from tests.core.realtime.conftest import (  # noqa: F401 - fixtures, used by name
    HERE,
    THERE,
    reader_of,
    running,
    seat_of,
    texts,
    until,
    valkey,
    writer,
)
from tests.isolation.reads import FOLLOWED

pytestmark = pytest.mark.asyncio

WORD = "zqwordofanother"
OURS, THEIRS = "0199aaaa-0000-7000-8000-00000000000a", "0199aaaa-0000-7000-8000-00000000000b"


def kinds() -> list[str]:
    """The type of every event of the product."""
    found, left = [], list(Event.__subclasses__())
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if kind.__module__.startswith(FOLLOWED):
            found.append(kind.type)
    return sorted(found)


AUDIENCES: list[Audience] = [
    everyone(),
    users([cast(Any, OURS)]),
    users([cast(Any, THEIRS)]),
    everyone() | users([cast(Any, OURS)]),
    visitors([OURS]),
    visitors([THEIRS]),
    everyone() | visitors([OURS]),
]


def tell(redis: Redis, *, schema: str, kind: str, audience: Audience, word: str) -> None:
    body = f'{{"t":"{kind}","html":"{word}","d":{{}}}}'
    fields = cast(dict[Any, Any], Entry(schema=schema, audience=audience, body=body).fields())
    redis.xadd(STREAM, fields)


async def test_nothing_of_another_workspace_is_heard(
    valkey: EmbeddedValkey,  # noqa: F811 - the fixture
    writer: Redis,  # noqa: F811 - the fixture
) -> None:
    """Even where the audience names the very person who listens, and in what is told again on joining."""
    assert len(kinds()) >= 3
    async with running(Hub(valkey.url)) as hub:
        ours, theirs = seat_of(HERE, user=OURS), seat_of(THERE, user=THEIRS)
        for seat in (ours, theirs):
            hub.rooms.join(seat, after=None)
        for kind in kinds():
            for audience in AUDIENCES:
                tell(writer, schema=THERE, kind=kind, audience=audience, word=WORD)
        tell(writer, schema=HERE, kind="end", audience=everyone(), word="ours")
        await until(lambda: any('"t":"end"' in message["text"] for message in reader_of(ours).got))
        heard = texts(ours)
        assert [text for text in heard if WORD in text] == []
        assert len([text for text in texts(theirs) if WORD in text]) == 4 * len(kinds())
        late = seat_of(HERE, user=OURS)
        hub.rooms.join(late, after=(1, 0))
        await asyncio.sleep(0.1)
        assert [text for text in texts(late) if WORD in text] == []
