"""Text frames: their bytes, and what leaves together."""

import asyncio

import pytest
from websockets.frames import Frame, Opcode

from chatsite.serving import cork
from chatsite.serving.cork import Cork, text_frame


class Transport:
    def __init__(self):
        self.written, self.closing = [], False

    def write(self, data):
        self.written.append(data)

    def is_closing(self):
        return self.closing


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_a_frame_is_what_websockets_would_send(size):
    text = ("é" + "x" * size)[: size - 1] if size > 1 else "x" * size
    assert text_frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


async def test_what_one_turn_writes_leaves_together_and_in_order():
    transport = Transport()
    one = Cork(transport)
    for frame in (b"a", b"b", b"c"):
        one.write(frame)
    assert transport.written == []
    await asyncio.sleep(0)
    one.write(b"d")
    await asyncio.sleep(0)
    assert transport.written == [b"abc", b"d"]


async def test_what_follows_may_pull_it_first():
    transport = Transport()
    one = Cork(transport)
    one.write(b"a")
    one.pull()
    transport.write(b"close")
    await asyncio.sleep(0)
    assert transport.written == [b"a", b"close"]


async def test_the_transport_soon_learns_of_much():
    transport = Transport()
    one = Cork(transport)
    for _ in range(cork.MOST_FRAMES):
        one.write(b"x")
    one.write(b"y")
    one.write(b"z" * (cork.LONG_BYTES + 1))
    assert transport.written == [b"x" * cork.MOST_FRAMES, b"y" + b"z" * (cork.LONG_BYTES + 1)]


async def test_a_closing_transport_gets_nothing_more():
    transport = Transport()
    one = Cork(transport)
    one.write(b"a")
    transport.closing = True
    await asyncio.sleep(0)
    assert transport.written == []
