"""Text frames to a client: those of one turn of the event loop leave in one call of the kernel."""

import asyncio
import struct

# So many frames may wait for the end of the turn, and a long one does not. More would grow beside the transport, which
# knows when it is full.
MOST_FRAMES, LONG_BYTES = 16, 4 * 1024


def text_frame(text: str) -> bytes:
    """An unmasked text frame without extensions (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


class Cork:
    """The frames that wait for the end of this turn of the loop."""

    __slots__ = ("_frames", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        # No list where none waits: an idle socket is to be small.
        self._frames: list[bytes] | None = None

    def write(self, frame: bytes) -> None:
        if self._frames is None:
            self._frames = []
            asyncio.get_running_loop().call_soon(self.pull)
        self._frames.append(frame)
        if len(self._frames) == MOST_FRAMES or len(frame) > LONG_BYTES:
            self.pull()

    def pull(self) -> None:
        """Send what waits, before something else is written."""
        frames, self._frames = self._frames, None
        if frames and not self._transport.is_closing():
            self._transport.write(frames[0] if len(frames) == 1 else b"".join(frames))
