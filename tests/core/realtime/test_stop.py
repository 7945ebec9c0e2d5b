"""A websocket process ends when told, also in the moment it has just started: it runs under uvloop."""

import asyncio

import uvloop
from django.conf import settings

from core.realtime.process import LiveProcess


async def start_and_stop() -> None:
    live = LiveProcess(settings.REDIS_URL)
    await live.start()
    await live.stop()


def test_a_stop_right_after_the_start_is_heard() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for _ in range(5):
            runner.run(asyncio.wait_for(start_and_stop(), timeout=10))
