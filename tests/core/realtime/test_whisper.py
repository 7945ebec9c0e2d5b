"""What is said in passing: heard by its audience alone at every process, kept nowhere, never in the way."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from redis import Redis

from core.realtime import whisper
from core.realtime.audience import Member, everyone, users, visitors
from core.realtime.rights import Identity
from core.realtime.rooms import Rooms
from core.realtime.stream import STREAM
from core.realtime.whisper import Whisper, Whispers, is_whisper, overheard, register_whisper
from deploy.dev.valkey import EmbeddedValkey
from tenants.context import Place
from tests.core.realtime.conftest import HERE, THERE, Reader, reader_of, seat_of, sent, texts, until

ALICE = Identity(session="s", member=Member(user="alice"), role="agent", proof="p")
VERA = Identity(session="s", member=Member(visitor="vera"), role="visitor", proof="p")


@pytest.fixture
def humming() -> Iterator[None]:
    """Users hum to everybody, visitors to the team."""
    register_whisper("hum", lambda who, frame: Whisper("hum", everyone(), {"by": who.member.user}))
    register_whisper(
        "hum", lambda who, frame: Whisper("hum", everyone(), {"by": who.member.visitor}), visitors=True
    )
    register_whisper("team only", lambda who, frame: Whisper("x", everyone(), {}))
    yield
    for kind in ("hum", "team only"):
        del whisper._listeners[kind]


def seated(rooms: Rooms, schema: str = HERE, **who: Any) -> Any:
    seat = seat_of(schema, **who)
    rooms.join(seat, after=None)
    sent(seat)
    return seat


@asynccontextmanager
async def listening(*processes: Whispers) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one.run()) for one in processes]
    await asyncio.gather(*(asyncio.wait_for(one.ready.wait(), 5) for one in processes))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.mark.usefixtures("humming")
def test_each_kind_of_person_has_listeners_of_their_own(in_alice: Place) -> None:
    (channel, text), *more = overheard(VERA, {"t": "hum"})
    audience, body = json.loads(text)
    assert (channel, more) == (f"{in_alice.schema}:whisper", [])
    assert (audience, json.loads(body)) == ('{"e":1}', {"t": "hum", "d": {"by": "vera"}})
    assert json.loads(json.loads(overheard(ALICE, {"t": "hum"})[0][1])[1])["d"] == {"by": "alice"}


@pytest.mark.usefixtures("humming")
def test_what_is_for_the_team_a_visitor_cannot_say(in_alice: Place) -> None:
    assert len(overheard(ALICE, {"t": "team only"})) == 1
    assert overheard(VERA, {"t": "team only"}) == []


@pytest.mark.parametrize("kind", ["", "ping", "hello", "resync"])
def test_the_hubs_own_kinds_are_nobodys(kind: str) -> None:
    with pytest.raises(ValueError, match="of its own"):
        register_whisper(kind, lambda who, frame: None)
    assert not is_whisper(kind)


@pytest.mark.asyncio
async def test_it_reaches_its_audience_at_every_process_and_is_kept_nowhere(
    valkey: EmbeddedValkey, writer: Redis
) -> None:
    here, elsewhere = Rooms(), Rooms()
    first, second = Whispers(valkey.url, here), Whispers(valkey.url, elsewhere)
    alice, bob = seated(here, user="alice"), seated(elsewhere, user="bob")
    foreign = seated(elsewhere, THERE, user="alice")
    said = Whisper("hum", users(["alice", "bob"]), {"by": "x"})
    async with listening(first, second):
        await first.say([(f"{HERE}:whisper", whisper._written(said))])
        await until(lambda: bool(reader_of(alice).got and reader_of(bob).got))
        assert texts(alice) == texts(bob) == ['{"t":"hum","d":{"by":"x"}}']
        assert texts(foreign) == []
    assert (writer.exists(STREAM), list(writer.scan_iter())) == (0, [])
    late = seat_of(user="alice")
    here.join(late, after=(1, 0))
    assert [text for text in texts(late) if "hum" in text] == []


@pytest.mark.asyncio
async def test_noise_on_the_channel_is_dropped(valkey: EmbeddedValkey, writer: Redis) -> None:
    rooms = Rooms()
    one, alice = Whispers(valkey.url, rooms), seated(rooms, user="alice")
    async with listening(one):
        for noise in ("", "[]", "{}", "[1,2]", '["{}"]', '["nonsense","{}"]'):
            writer.publish(f"{HERE}:whisper", noise)
        writer.publish(f"{HERE}:whisper", whisper._written(Whisper("hum", everyone(), {})))
        await until(lambda: bool(reader_of(alice).got))
        assert texts(alice) == ['{"t":"hum","d":{}}']


@pytest.mark.asyncio
async def test_after_an_outage_it_is_heard_again(valkey: EmbeddedValkey) -> None:
    rooms = Rooms()
    one, alice = Whispers(valkey.url, rooms), seated(rooms, user="alice")
    said = [(f"{HERE}:whisper", whisper._written(Whisper("hum", everyone(), {})))]
    async with listening(one):
        valkey.kill()
        await until(lambda: not one.ready.is_set())
        await one.say(said)
        valkey.start()
        await asyncio.wait_for(one.ready.wait(), 8)
        await one.say(said)
        await until(lambda: bool(reader_of(alice).got))
        assert texts(alice) == ['{"t":"hum","d":{}}']


@pytest.mark.asyncio
async def test_who_is_behind_hears_what_matters_first() -> None:
    rooms, reader = Rooms(), Reader()
    alice, vera = seated(rooms, user="alice", reader=reader), seated(rooms, user="vera")
    reader.reading.clear()
    alice.offer({"type": "websocket.send", "text": "matters"}, position="")
    rooms.whisper(HERE, audience=everyone(), message={"type": "websocket.send", "text": "hum"})
    rooms.whisper(HERE, audience=visitors(["vera"]), message={"type": "websocket.send", "text": "to her"})
    reader.reading.set()
    await until(lambda: alice.outbox.busy_since is None)
    assert (texts(alice), texts(vera)) == (["matters"], ["hum"])
