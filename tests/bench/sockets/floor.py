"""The floor of the push bench: a bare ASGI application that sends given bytes to the sockets of a room.

No accounts, no audience, no replay: what is left is uvicorn and the kernel. It is served by our own command.
"""

from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]

PONG = '{"t":"pong","id":"1790000000000-0"}'
"""What the product answers a frame, byte for byte as long."""

rooms: dict[str, set[Send]] = {}


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """`/room/<name>` listens; what is said on `/say/<name>` or posted there goes to all who listen."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    _, act, name = scope["path"].split("/")
    if scope["type"] == "http":
        await _post(name, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    if act == "say":
        await _say(receive)
    else:
        await _listen(name, receive, send)


async def _listen(name: str, receive: Receive, send: Send) -> None:
    room = rooms.setdefault(name, set())
    room.add(send)
    try:
        while (await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": PONG})
    finally:
        room.discard(send)


async def _say(receive: Receive) -> None:
    """Each frame is a room's name, a blank and the text for its sockets."""
    while (message := await receive())["type"] == "websocket.receive":
        name, _, text = message["text"].partition(" ")
        await _tell(name, text)


async def _tell(name: str, text: str) -> None:
    for send in tuple(rooms.get(name, ())):
        await send({"type": "websocket.send", "text": text})


async def _post(name: str, receive: Receive, send: Send) -> None:
    text = (await receive())["body"].decode()
    await _tell(name, text)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})
