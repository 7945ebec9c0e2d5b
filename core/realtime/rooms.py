"""The rooms of one websocket process: who sits where, what was said lately, and who is offered what.

Nothing here waits, so joining, replaying and entering are one step; hub.py next door feeds it.
"""

import time
from collections import OrderedDict, deque
from collections.abc import Iterator

from core.realtime.audience import Audience
from core.realtime.outbox import Message, frame, text_message
from core.realtime.seat import Seat
from core.realtime.stream import EVERY_ROOM, START, Entry, StreamId, id_text
from tenants.context import Place

RING = 200
"""Entries kept per workspace for those who come back."""
RINGS_BYTES = 32_000_000
"""What all rings of a process may hold together; beyond it the longest silent workspace loses its own."""
EMPTY_SECONDS = 300.0
"""A room without sockets is forgotten after this silence."""
FUTURE_MS = 60_000
UNKNOWN: StreamId = (1 << 62, 0)
"""The floor while the stream has not been seen: every position is too old."""

Kept = tuple[StreamId, Audience, Message, int]


class Room:
    """One workspace: its sockets and its last entries. Everything after `floor` is in the ring."""

    __slots__ = ("bytes", "floor", "ring", "seats", "touched")

    def __init__(self, floor: StreamId, *, touched: float) -> None:
        self.floor, self.touched = floor, touched
        self.ring: deque[Kept] = deque()
        self.seats: set[Seat] = set()
        self.bytes = 0

    def keep(self, kept: Kept) -> None:
        if len(self.ring) >= RING:
            self.floor = self.ring[0][0]
            self.bytes -= self.ring.popleft()[3]
        self.ring.append(kept)
        self.bytes += kept[3]

    def forget(self) -> None:
        """Drop the ring; who comes back from before its end is told to fetch."""
        if self.ring:
            self.floor = self.ring[-1][0]
        self.ring.clear()
        self.bytes = 0

    def offer(self, kept: Kept) -> None:
        stream_id, audience, message, _ = kept
        position = id_text(stream_id)
        for seat in self.seats:
            if stream_id > seat.after and audience.matches(seat.member):
                seat.outbox.offer(message, position=position)

    def replay(self, seat: Seat) -> None:
        """Offer what the browser has not got; if it does not take that, it is only told to fetch."""
        newest = id_text(self.ring[-1][0]) if self.ring else ""
        for stream_id, audience, message, _ in self.ring:
            if stream_id > seat.after and audience.matches(seat.member):
                seat.offer(message, position=newest)
            if seat.outbox.overflows:
                return


class Rooms:
    """All rooms of a process, the one in which something was said longest ago first."""

    def __init__(self, *, build: str = "") -> None:
        self.position: StreamId = START
        self.floor: StreamId = UNKNOWN
        self.behind = False  # whether the hub is cut off, so that nothing new can come
        self.bytes = 0
        self.build = build
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._pong: tuple[StreamId, Message, str] = (UNKNOWN, {}, "")

    def __len__(self) -> int:
        return len(self._rooms)

    def pong(self) -> tuple[Message, str]:
        """The answer to a ping, and the position it tells: made once for all who ask between two entries."""
        if self._pong[0] != self.position:
            here = id_text(self.position)
            self._pong = (self.position, frame("pong", id=here), here)
        return self._pong[1:]

    def seats(self) -> list[Seat]:
        return [seat for room in self._rooms.values() for seat in room.seats]

    def occupied(self) -> Iterator[tuple[Place, list[Seat]]]:
        """The rooms with sockets, as they are now."""
        for room in list(self._rooms.values()):
            if seats := list(room.seats):
                yield seats[0].place, seats

    def take(self, stream_id: StreamId, entry: Entry) -> None:
        """An entry of the stream: keep it and offer it to everybody here who may see it."""
        self.position = stream_id
        if entry.schema == EVERY_ROOM:
            self.rebase(stream_id)
            self.resync()
            return
        room = self._room(entry.schema)
        text = entry.text(stream_id)
        kept = (stream_id, entry.audience, text_message(text), len(text))
        before = room.bytes
        room.keep(kept)
        room.offer(kept)
        room.touched = time.monotonic()
        self._rooms.move_to_end(entry.schema)
        self.bytes += room.bytes - before
        self._shrink()

    def whisper(self, schema: str, *, audience: Audience, message: Message) -> None:
        """Offer something in passing to whoever is here and has nothing else to take in."""
        if room := self._rooms.get(schema):
            for seat in room.seats:
                if audience.matches(seat.member):
                    seat.outbox.offer_in_passing(message)

    def sockets_of(self, seat: Seat) -> int:
        """How many sockets the same person, or visitor, has in this process."""
        room = self._rooms.get(seat.place.schema)
        return sum(other.member == seat.member for other in room.seats) if room else 0

    def join(self, seat: Seat, *, after: StreamId | None) -> None:
        """Greet, replay what came after `after`, and enter: one step, so there is no gap and no double."""
        room = self._room(seat.place.schema)
        missed = after is not None and (after < room.floor or after[0] > time.time() * 1000 + FUTURE_MS)
        seat.after = self.position if after is None or missed else after
        here = id_text(seat.after)
        seat.offer(frame("hello", id=here, build=self.build), position=here)
        if missed:
            seat.tell("resync", position=here)
        room.replay(seat)
        if self.behind:
            seat.tell("behind", position=here)
        room.seats.add(seat)

    def leave(self, seat: Seat) -> None:
        if room := self._rooms.get(seat.place.schema):
            room.seats.discard(seat)
            if not room.seats:
                room.touched = time.monotonic()

    def rebase(self, position: StreamId, *, heard: StreamId | None = None) -> None:
        """The stream cannot be trusted before `position`: forget what was kept and go on from there.

        The sockets here are sent what comes after `heard`.
        """
        self.position = self.floor = position
        self.bytes = 0
        for room in self._rooms.values():
            room.forget()
            room.floor = position
            for seat in room.seats:
                seat.after = heard or position

    def resync(self) -> None:
        """Every browser here fetches what it shows, and so has everything up to now."""
        for seat in self.seats():
            seat.after = self.position
        self.tell("resync")

    def tell(self, kind: str) -> None:
        """A frame of the hub itself to every socket."""
        here = id_text(self.position)
        message = frame(kind, id=here)
        for seat in self.seats():
            seat.offer(message, position=here)

    def sweep(self) -> None:
        """Forget the rooms that have been empty and silent for a while."""
        limit = time.monotonic() - EMPTY_SECONDS
        for schema, room in list(self._rooms.items()):
            if not room.seats and room.touched < limit:
                self.bytes -= room.bytes
                room.forget()
                self.floor = max(self.floor, room.floor)
                del self._rooms[schema]

    def _room(self, schema: str) -> Room:
        room = self._rooms.get(schema)
        if room is None:
            room = self._rooms[schema] = Room(self.floor, touched=time.monotonic())
        return room

    def _shrink(self) -> None:
        for room in self._rooms.values():
            if self.bytes <= RINGS_BYTES:
                return
            self.bytes -= room.bytes
            room.forget()
