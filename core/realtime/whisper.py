"""What is said in passing, such as that somebody types: in no table, in no stream, lost when nobody hears it.

A browser's frame goes to the listeners registered for its kind; what they make of it goes to every websocket
process by publish and subscribe, under a channel that begins with the schema. Events that matter are push.py.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from redis.exceptions import RedisError

from core.realtime.audience import Audience, loads
from core.realtime.events import RESERVED
from core.realtime.hub import ANSWER_SECONDS, RETRY_SECONDS, client
from core.realtime.outbox import text_message
from core.realtime.rights import Identity
from core.realtime.rooms import Rooms
from core.realtime.upstream import Throttle
from tenants.keys import key

log = structlog.get_logger(__name__)

CHANNEL = "whisper"
PATTERN = f"w_*:{CHANNEL}"
WAIT_SECONDS = 5.0
EVERY_SECONDS = 1.0
"""A socket is heard once in this time for each kind; a browser that says it more often is not."""
PROCESS_RATE, PROCESS_BURST = 100.0, 200.0
"""Whispers per second that one process passes on: more typing than that is shown to nobody in full."""

Frame = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Whisper:
    """A frame for all who are in the audience at this moment: its kind, and a few short facts."""

    kind: str
    audience: Audience
    data: Mapping[str, str]


Listener = Callable[[Identity, Frame], Whisper | None]
"""Decides, in the workspace of the socket, whom a frame of this person is passed on to, if anybody."""


@dataclass(frozen=True, slots=True)
class _Listening:
    listener: Listener
    visitors: bool


_listeners: dict[str, list[_Listening]] = {}


def register_whisper(kind: str, listener: Listener, *, visitors: bool = False) -> None:
    """Hear frames of this kind: those of users, or those of visitors. For AppConfig.ready()."""
    if not kind or kind in RESERVED or kind == "ping":
        raise ValueError(f"a whisper needs a kind of its own, not {kind!r}")
    known = _listeners.setdefault(kind, [])
    if _Listening(listener, visitors) not in known:
        known.append(_Listening(listener, visitors))


def is_whisper(kind: str) -> bool:
    return kind in _listeners


def overheard(identity: Identity, frame: Frame) -> list[tuple[str, str]]:
    """What is to be published for a frame, as channel and text; called in the workspace of the socket."""
    is_visitor = bool(identity.member.visitor)
    heard = [one.listener for one in _listeners.get(str(frame.get("t")), []) if one.visitors == is_visitor]
    found = [whisper for listener in heard if (whisper := listener(identity, frame))]
    return [(key(CHANNEL), _written(whisper)) for whisper in found]


def _written(whisper: Whisper) -> str:
    body = json.dumps({"t": whisper.kind, "d": dict(whisper.data)}, separators=(",", ":"))
    return json.dumps([whisper.audience.dumps(), body], separators=(",", ":"))


class Whispers:
    """Both ends of the channel for one websocket process."""

    def __init__(self, url: str, rooms: Rooms) -> None:
        self.rooms = rooms
        self.ready = asyncio.Event()
        self._listening, self._speaking = client(url), client(url)
        self._throttle = Throttle(rate=PROCESS_RATE, burst=PROCESS_BURST)

    def allows(self) -> bool:
        """Whether this process passes on one more."""
        return self._throttle.allows()

    async def say(self, said: list[tuple[str, str]]) -> None:
        """Publish; while Redis is away nobody hears it."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                for channel, text in said:
                    await self._speaking.publish(channel, text)
        except (RedisError, OSError, TimeoutError) as error:
            log.info("whisper_lost", error=repr(error))

    async def run(self) -> None:
        """Listen until cancelled."""
        try:
            while True:
                try:
                    await self._listen()
                except (RedisError, OSError, TimeoutError) as error:
                    log.info("whispers_unheard", error=repr(error))
                except Exception:
                    # as in the hub: a fault of our own must not end the listening for good
                    log.exception("whispers_failed")
                self.ready.clear()
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await self._listening.aclose()
            await self._speaking.aclose()

    async def _listen(self) -> None:
        async with self._listening.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.psubscribe(PATTERN)
            self.ready.set()
            while True:
                async with asyncio.timeout(WAIT_SECONDS + ANSWER_SECONDS):
                    message = await channel.get_message(timeout=WAIT_SECONDS)
                if message is not None:
                    self._pass_on(message)

    def _pass_on(self, message: Mapping[str, Any]) -> None:
        schema = message["channel"].decode().removesuffix(f":{CHANNEL}")
        try:
            audience, body = json.loads(message["data"])
            self.rooms.whisper(schema, audience=loads(audience), message=text_message(body))
        except (ValueError, TypeError) as error:
            log.warning("whisper_not_understood", error=str(error))
