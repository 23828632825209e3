"""What a client may do with a connection."""

import asyncio
import base64
import json
import logging
import struct
from dataclasses import dataclass

import pytest
from uvicorn.server import ServerState

from chatsite.serving import protocols
from chatsite.serving.server import config

TEXT, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x0, 0x8, 0x9, 0xA
PATIENCE = 0.3


@dataclass
class Served:
    port: int
    state: ServerState
    # What the application got: texts of sockets, methods and paths of requests.
    received: list[str]

    async def connect(self, sent: bytes = b""):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        return reader, writer

    async def socket(self):
        reader, writer = await self.connect(handshake())
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        return reader, writer


@pytest.fixture
async def served(monkeypatch):
    """An endpoint that records what it receives, behind our protocols."""
    monkeypatch.setattr(protocols, "REQUEST_PATIENCE", PATIENCE)
    state, received = ServerState(), []

    async def application(scope, receive, send):
        if scope["type"] == "http":
            received.append(f"{scope['method']} {scope['path']}")
            while (event := await receive()).get("more_body"):
                pass
            if event["type"] == "http.request":
                await send({"type": "http.response.start", "status": 204, "headers": []})
                await send({"type": "http.response.body"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (event := await receive())["type"] == "websocket.receive":
            received.append(event["text"])

    ours = config()
    ours.load()
    ours.loaded_app = application
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocols.HttpProtocol(ours, state, {}), "127.0.0.1", 0)
    yield Served(server.sockets[0].getsockname()[1], state, received)
    server.close()
    for connection in state.connections:
        connection.transport.abort()


def handshake(path: str = "/ws/chat", **headers: str) -> bytes:
    lines = {
        "Host": "127.0.0.1",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
        **headers,
    }
    return "\r\n".join(
        [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items()), "\r\n"]
    ).encode()


def frame(kind: int, payload: bytes = b"", *, final: bool = True) -> bytes:
    size = len(payload)
    length = (
        bytes([0x80 | size])
        if size < 126
        else struct.pack(">BH", 0xFE, size)
        if size < 65536
        else struct.pack(">BQ", 0xFF, size)
    )
    return bytes([(0x80 if final else 0) | kind]) + length + bytes(4) + payload


async def rest_of(reader) -> bytes:
    """Return what still arrives until the server closes or resets the connection."""
    received = b""
    async with asyncio.timeout(5):
        while True:
            try:
                more = await reader.read(65536)
            except ConnectionResetError:
                return received
            if not more:
                return received
            received += more


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the server's state has no event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (handshake("/ws/chat?ticket=" + "a" * 8_200), b"414"),
        (handshake(Cookie="a" * 8_200), b"431"),
        (handshake(**{f"X-{number}": "a" for number in range(130)}), b"431"),
    ],
    ids=["ticket", "cookie", "headers"],
)
async def test_a_handshake_that_is_too_long_is_answered_and_closed(served, sent, status):
    reader, _ = await served.connect(sent)
    assert (await rest_of(reader)).split()[1] == status
    await until(lambda: not served.state.connections)


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: a"], ids=["silent", "half a head"])
async def test_a_connection_without_a_request_is_closed(served, sent):
    reader, _ = await served.connect(sent)
    assert await rest_of(reader) == b""


async def test_a_head_that_comes_in_drops_is_closed(served):
    reader, writer = await served.connect()
    ended = asyncio.ensure_future(rest_of(reader))
    for byte in b"GET / HTTP/1.1\r\nHost: 127.0.0.1":
        writer.write(bytes([byte]))
        if (await asyncio.wait([ended], timeout=PATIENCE / 5))[0]:
            return
    pytest.fail("the connection stayed open")


async def test_a_body_may_take_its_time_as_long_as_it_comes(served):
    reader, writer = await served.connect(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n")
    for _ in range(10):
        await asyncio.sleep(PATIENCE / 3)
        writer.write(b"x")
    assert b" 204 " in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx")
    assert await rest_of(reader) == b""


async def test_a_socket_may_be_silent(served):
    _, writer = await served.socket()
    await asyncio.sleep(2 * PATIENCE)
    writer.write(frame(TEXT, b"still here"))
    await until(lambda: served.received == ["still here"])


async def test_a_head_without_end_is_refused(served):
    reader, writer = await served.connect(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
    writer.write(b"a" * 300_000)
    assert (await rest_of(reader)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("method", [b"FOO", b"get", b"M-SEARCHES", b"GETX"])
async def test_the_application_refuses_a_method_that_the_parser_does_not_know(served, method):
    reader, writer = await served.connect()
    request, another = b" /api/x?y HTTP/1.1\r\nContent-Length: 2\r\n\r\nab", b"GET /b HTTP/1.1\r\n\r\n"
    for _ in range(2):
        writer.write(method + request + another)
        for _ in range(2):
            assert b" 204 " in await reader.readuntil(b"\r\n\r\n")
    assert served.received == ["TRACE /api/x", "GET /b"] * 2


@pytest.mark.parametrize(
    "sent",
    [b"FOO /c HTTP/1.1\r\n\r\n", b"FOO /c", b"FOO", b"F\x00O /c HTTP/1.1\r\n\r\n", b"\x16\x03\x01 /c HTTP/1.1\r\n\r\n"],
    ids=["behind another", "half a line", "a word", "no method", "TLS"],
)
async def test_what_is_no_request_is_not_taken_for_one(served, sent):
    before = b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n" if sent.endswith(b"\r\n\r\n") and b"FOO" in sent else b""
    reader, _ = await served.connect(before + sent)
    assert b"HTTP/1.1 400 " in await rest_of(reader)
    assert served.received in ([], ["GET /b"])


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /api/x HTTP/1.1\r\nH a: a",
        b"GET /api/x HTTP/9.9",
        b"FOO /api/x HTTP/1.1\r\nH a: a",
        b"GET /assets/\xff HTTP/1.1",
    ],
)
async def test_apps_read_why_a_request_is_unreadable(served, sent):
    reader, _ = await served.connect(sent + b"\r\n\r\n")
    head, _, body = (await rest_of(reader)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body) == {"success": False, "message": "The request cannot be read.", "error": "bad_request"}


async def test_what_comes_at_once_is_received_whole_and_in_order(served):
    _, writer = await served.socket()
    texts = [f"{number} {'x' * (70_000 if number % 50 == 0 else 20)}" for number in range(500)]
    writer.write(b"".join(frame(TEXT, text.encode()) for text in texts))
    await until(lambda: len(served.received) == len(texts))
    assert served.received == texts


async def test_what_was_sent_before_a_close_is_received(served):
    reader, writer = await served.socket()
    writer.write(b"".join(frame(TEXT, b"x") for _ in range(2_000)) + frame(CLOSE, struct.pack(">H", 1000)))
    assert closed_with(await rest_of(reader)) == 1000
    await until(lambda: len(served.received) == 2_000)


def closed_with(received: bytes) -> int:
    """Return the code of the close frame at the end of what the server sent."""
    _, found, payload = received.rpartition(b"\x88\x02")
    assert found, received[-100:]
    return int.from_bytes(payload, "big")


@pytest.mark.parametrize("kind", [PING, PONG, CONTINUATION])
async def test_too_many_frames_beside_the_messages_end_the_socket(served, kind):
    reader, writer = await served.socket()
    if kind == CONTINUATION:
        writer.write(frame(TEXT, final=False))
    some = frame(kind, final=kind != CONTINUATION) * 100
    writer.write(some)
    await asyncio.sleep(PATIENCE)
    assert served.state.connections
    for _ in range(protocols.MAX_CONTROL_FRAMES // 100):
        writer.write(some)
    assert closed_with(await rest_of(reader)) == 1008


async def test_text_that_is_none_is_answered_without_a_word_in_the_log(served, caplog):
    reader, writer = await served.socket()
    with caplog.at_level(logging.WARNING):
        writer.write(frame(TEXT, b"\xff\xfe{"))
        assert closed_with(await rest_of(reader)) == 1007
    assert not caplog.records


async def test_a_silent_socket_is_pinged(served):
    reader, writer = await served.socket()
    [connection] = [one for one in served.state.connections if isinstance(one, protocols.SocketProtocol)]
    connection.ping()
    assert await reader.readexactly(2) == protocols.PING
    writer.write(frame(PONG))
    writer.write(frame(TEXT, b"still here"))
    await until(lambda: served.received == ["still here"])
    place = connection._place
    assert connection.ping in protocols.pings._places[place]
    writer.close()
    await until(lambda: connection.ping not in protocols.pings._places[place])
    connection.ping()


async def test_an_open_socket_keeps_no_headers(served):
    await served.socket()
    [connection] = [one for one in served.state.connections if isinstance(one, protocols.SocketProtocol)]
    assert not connection.request.headers
    assert not connection.response.headers
