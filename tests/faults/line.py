"""A bad line: a proxy between client and server that drops, doubles and delays frames of the socket.

It also loses requests of REST: half of them before the server has them, half with their answer on the way back.
No real network does this to one connection; a broken proxy, a sleeping phone or a bug of either side comes near it.
"""

import asyncio
import random
import struct

DROPPED, DOUBLED, DELAYED = 0.3, 0.1, 0.2
DELAY_SECONDS = 0.5
TEXT = 0x1


class Line:
    """Listens on a port of its own and passes on what survives to the server."""

    def __init__(self, host: str, port: int):
        self._server = (host, port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._ways: set[asyncio.Task] = set()
        self.bad = True
        # Frames that were dropped or passed; requests that were lost, or their answers.
        self.dropped = self.passed = self.lost = 0

    async def __aenter__(self) -> "Line":
        self._listener = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._listener.close()
        self.cut()
        await asyncio.gather(*self._ways, return_exceptions=True)

    def cut(self):
        for writer in self._writers:
            writer.transport.abort()

    async def _connect(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            answer = self._answer_socket if b"upgrade: websocket" in head.lower() else self._answer_request
            await answer(head, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()

    async def _answer_request(self, head: bytes, reader, writer):
        """Pass one request and its answer, the whole connection being for them, or lose either."""
        fate = random.random() if self.bad else 1.0
        self.lost += fate < DROPPED
        if fate < DROPPED / 2:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_connection(*self._server)
        self._writers |= {writer, there_writer}
        body = asyncio.ensure_future(_copy(reader, there_writer))
        try:
            first, rest = head.split(b"\r\n", 1)
            kept = [line for line in rest.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            there_writer.write(b"\r\n".join([first, b"Connection: close", *kept]))
            answer = await there_reader.read()
            if fate >= DROPPED:
                writer.write(answer)
                await writer.drain()
                writer.close()
        finally:
            body.cancel()
            there_writer.transport.abort()
            if fate < DROPPED:
                writer.transport.abort()
            self._writers -= {writer, there_writer}

    async def _answer_socket(self, head: bytes, reader, writer):
        there_reader, there_writer = await asyncio.open_connection(*self._server)
        self._writers |= {writer, there_writer}
        try:
            # The handshake arrives whole.
            there_writer.write(head)
            writer.write(await there_reader.readuntil(b"\r\n\r\n"))
            ways = [self._pass(reader, there_writer), self._pass(there_reader, writer)]
            self._ways |= (tasks := {asyncio.ensure_future(way) for way in ways})
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in (writer, there_writer):
                end.transport.abort()
            self._writers -= {writer, there_writer}

    async def _pass(self, reader, writer):
        try:
            while True:
                self._throw(await _frame(reader), writer)
        except (OSError, asyncio.IncompleteReadError):
            return

    def _throw(self, frame: bytes, writer):
        """Drop it, or pass it once or twice, now or later; later frames overtake a delayed one."""
        if not self.bad or frame[0] & 0xF != TEXT:
            writer.write(frame)
            return
        if random.random() < DROPPED:
            self.dropped += 1
            return
        self.passed += 1
        for _ in range(2 if random.random() < DOUBLED else 1):
            if random.random() < DELAYED:
                later = random.uniform(0, DELAY_SECONDS)
                asyncio.get_running_loop().call_later(later, lambda: writer.is_closing() or writer.write(frame))
            else:
                writer.write(frame)


async def _copy(reader, writer):
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()


async def _frame(reader) -> bytes:
    """One frame as it came, its head and its mask included."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    if length >= 126:
        size, code = (2, ">H") if length == 126 else (8, ">Q")
        more = await reader.readexactly(size)
        head, [length] = head + more, struct.unpack(code, more)
    return head + await reader.readexactly(length + (4 if head[1] & 0x80 else 0))
