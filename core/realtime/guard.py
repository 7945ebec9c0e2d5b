"""Cuts the sockets of those who may no longer sit there, within seconds and in few queries per workspace.

What counts as "may" is read in rights.py next door; sockets that are merely stuck are process.py's matter.
"""

import asyncio
import time

import structlog
from django.db import Error as DatabaseError

from core.realtime.rights import identify, open_schemas, standing
from core.realtime.rooms import Rooms
from core.realtime.seat import Seat
from core.realtime.stream import id_text
from tenants.asyncio import in_place
from tenants.context import PLATFORM, Place

log = structlog.get_logger(__name__)

ROUND_SECONDS = 2.5
ROUND_LIMIT_SECONDS = 10.0
UNPROVEN_SECONDS = 30.0
"""With the database away nothing is written that could be told; after this the sockets go as well."""

PUT_OUT = 4403
"""The close code for whoever may not sit here any more; the browser does not come back by itself."""


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
        occupied = list(self.rooms.occupied())
        if not occupied:
            return
        still_open = await in_place(PLATFORM, open_schemas, [place.schema for place, _ in occupied])
        for place, seats in occupied:
            if place.schema in still_open:
                await self._recheck(place, seats)
            else:
                self._put_out(seats)

    async def _recheck(self, place: Place, seats: list[Seat]) -> None:
        now = await in_place(place, standing, [seat.identity for seat in seats])
        for seat in seats:
            if not now.confirms(seat.identity):
                self._put_out([seat])
            elif not now.agrees(seat.identity):
                await self._changed(seat)

    async def _changed(self, seat: Seat) -> None:
        """Other rights: what the browser shows may be too much or too little, so it fetches anew."""
        identity = await in_place(seat.place, identify, seat.identity.session, site=seat.site)
        if identity is None:
            self._put_out([seat])
            return
        seat.becomes(identity)
        seat.tell("resync", position=id_text(self.rooms.position))

    def _put_out(self, seats: list[Seat]) -> None:
        for seat in seats:
            self.rooms.leave(seat)
            seat.close(PUT_OUT)

    def _unproven(self, error: Exception | None) -> None:
        log.warning("guard_round_failed", error=repr(error))
        if time.monotonic() - self._proven > UNPROVEN_SECONDS:
            self._put_out(self.rooms.seats())
