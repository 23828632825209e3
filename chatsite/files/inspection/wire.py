"""What travels between the server and its children: a JSON object whose values may be bytes, without pickling.

The server does not trust the answer of a child: a hostile file may have taken it over.
"""

import json
import struct
from typing import IO, Any

_SIZE = struct.Struct(">I")
_MAX_HEAD = 64 * 1024
_MAX_BYTES = 64 * 1024 * 1024


def send(stream: IO[bytes], content: dict[str, Any]) -> None:
    """Write an object; bytes may only be its direct values."""
    pieces = {key: value for key, value in content.items() if isinstance(value, bytes)}
    plain = {key: value for key, value in content.items() if key not in pieces}
    head = json.dumps([plain, {key: len(piece) for key, piece in pieces.items()}]).encode()
    stream.write(_SIZE.pack(len(head)) + head)
    for piece in pieces.values():
        stream.write(piece)
    stream.flush()


def receive(stream: IO[bytes]) -> dict[str, Any]:
    """Read an object; raises EOFError at the end of the stream, ValueError for anything that `send` does not write."""
    (size,) = _SIZE.unpack(_take(stream, _SIZE.size))
    if size > _MAX_HEAD:
        raise ValueError(size)
    plain, lengths = json.loads(_take(stream, size))
    if any(type(length) is not int or length < 0 for length in lengths.values()) or sum(lengths.values()) > _MAX_BYTES:
        raise ValueError(lengths)
    return {**plain, **{key: _take(stream, length) for key, length in lengths.items()}}


def _take(stream: IO[bytes], length: int) -> bytes:
    piece = stream.read(length)
    if len(piece) != length:
        raise EOFError
    return piece
