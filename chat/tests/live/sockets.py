"""Clients for the tests of the socket, through the full ASGI application."""

import asyncio
import json
from contextlib import asynccontextmanager

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings

from chat.live.hub import hub
from chatsite.asgi import application
from chatsite.testing import api_client, contract

PATIENCE = 5
ORIGIN = (b"origin", b"http://127.0.0.1:8000")


def token_of(user) -> str:
    return api_client(user)._credentials["HTTP_AUTHORIZATION"]


class Dial(ApplicationCommunicator):
    """One client of the application, from its handshake on."""

    def __init__(self, headers=(), path="/ws/chat", subprotocols=()):
        path, _, query = path.partition("?")
        super().__init__(
            application,
            {
                "type": "websocket",
                "path": path,
                "query_string": query.encode(),
                "headers": list(headers),
                "subprotocols": list(subprotocols),
                "extensions": {"websocket.http.response": {}},
            },
        )

    async def open(self) -> int:
        """Shake hands; return 101, or the HTTP status of the refusal."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(PATIENCE)
        self.headers = dict(answer["headers"])
        if answer["type"] == "websocket.accept":
            assert answer["subprotocol"] in {None, "chat.v1"}
            return 101
        await self.receive_output(PATIENCE)
        return answer["status"]

    async def send_text(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def close(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE)


@asynccontextmanager
async def connected(user=None, *, headers=None, path="/ws/chat", waits=True):
    """An open socket of this person, past its welcome; unless it `waits`, the bus may still be away."""
    if headers is None:
        headers = [(b"authorization", (await sync_to_async(token_of)(user)).encode())]
    socket = Dial(headers, path, subprotocols=["chat.v1"])
    assert await socket.open() == 101
    socket.welcome = await receive(socket)
    assert socket.welcome["type"] == "welcome"
    if waits:
        await _past_the_bus(socket)
    try:
        yield socket
    finally:
        await socket.close()


async def _past_the_bus(socket) -> None:
    """A socket receives `status` frames until its process is subscribed to the bus: wait for the end of that.

    Where it takes long, the process also says what it has found in the database meanwhile.
    """
    while not hub.live:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05 if settings.REDIS_URL else 0)
    while not socket.output_queue.empty():
        assert (await receive(socket))["type"] in ("status", "chat.seq")


async def send(socket, **frame):
    await socket.send_text(json.dumps(frame))


async def receive(socket, *types):
    """Return the next frame of one of these types (any, where none is named). Each is as the schema describes it."""
    while True:
        event = await socket.receive_output(PATIENCE)
        assert event["type"] == "websocket.send", event
        frame = json.loads(event["text"])
        wrong = contract.frame_faults(frame)
        assert not wrong, f"{frame['type']}: {wrong}"
        if not types or frame["type"] in types:
            return frame
