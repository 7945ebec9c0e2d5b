"""Cuts the sockets of those who may no longer sit there, within seconds and in one query per workspace.

What counts as "may" is read in rights.py next door; sockets that are merely stuck are process.py's matter.
"""

import asyncio
import time

import structlog
from django.db import Error as DatabaseError

from core.realtime.rights import identify_again, open_schemas, suspects_in
from core.realtime.rooms import Rooms
from core.realtime.seat import Seat
from core.realtime.stream import id_text
from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place
from tenants.middleware import NOT_HERE

log = structlog.get_logger(__name__)

ROUND_SECONDS = 3.0
ROUND_LIMIT_SECONDS = 10.0
UNPROVEN_SECONDS = 30.0
"""With the database away nothing is written that could be told; after this the sockets go as well."""
WORKSPACES_AT_ONCE = 20
"""Workspaces per trip to the database thread, which handshakes need as well."""

Occupied = list[tuple[Place, list[Seat]]]


class Guard:
    """The rounds of one websocket process."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self._proven = time.monotonic()

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                async with asyncio.timeout(ROUND_LIMIT_SECONDS):
                    await self.round()
            except (DatabaseError, TimeoutError) as error:
                self._unproven(error)
            except Exception:
                # a round that fails for whatever reason must be followed by the next one
                log.exception("guard_failed")
                self._unproven(None)
            else:
                self._proven = time.monotonic()

    async def round(self) -> None:
        """Ask for every occupied workspace whether it is open and who of those inside may stay."""
        occupied: Occupied = list(self.rooms.occupied())
        if not occupied:
            return
        still_open = await in_place(PLATFORM, open_schemas, [place.schema for place, _ in occupied])
        for place, seats in occupied:
            if place.schema not in still_open:
                self._put_out(seats)
        proven = [pair for pair in occupied if pair[0].schema in still_open]
        for start in range(0, len(proven), WORKSPACES_AT_ONCE):
            await self._recheck(proven[start : start + WORKSPACES_AT_ONCE])

    async def _recheck(self, occupied: Occupied) -> None:
        asked = [(place, [seat.identity for seat in seats]) for place, seats in occupied]
        for (_, seats), found in zip(occupied, await in_place(PLATFORM, suspects_in, asked), strict=True):
            for number in found:
                await self._ask_again(seats[number])

    async def _ask_again(self, seat: Seat) -> None:
        """As at the handshake. Other rights: what the browser shows may be too much or too little."""
        known = seat.identity
        identity = await in_place(seat.place, identify_again, known, site=seat.site)
        if identity is None:
            self._put_out([seat])
            return
        seat.becomes(identity)
        if (identity.member, identity.role) != (known.member, known.role):
            seat.tell("resync", position=id_text(self.rooms.position))

    def _put_out(self, seats: list[Seat]) -> None:
        for seat in seats:
            self.rooms.leave(seat)
            seat.close(NOT_HERE)

    def _unproven(self, error: Exception | None) -> None:
        log.warning("guard_round_failed", error=repr(error))
        if time.monotonic() - self._proven > UNPROVEN_SECONDS:
            self._put_out(self.rooms.seats())
