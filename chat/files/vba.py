"""Whether a VBA project has a line of code: Word leaves empty ones in documents that never had a macro.

The format is Microsoft's [MS-OVBA]. What cannot be read counts as code.
"""

import re
import struct
from collections.abc import Callable

_STREAM_NAME, _OFFSET, _VERSION = 0x001A, 0x0031, 0x0009
_CHUNK = 4096
# Of all modules together.
_MAX_SOURCE = 4 * 1024 * 1024
# Before the number of lines, in what Word compiled.
_COMPILED = re.compile(rb"\xfe\xca\x01\0(?=..)", re.DOTALL)
# A compressed "Attribute ", with which every source begins.
_SOURCE = re.compile(rb"\x01.[\xb0-\xbf]\0Attribut\0e ", re.DOTALL)


def has_code(read: Callable[[str], bytes]) -> bool:
    """Whether any module has code; `read` returns a stream of the storage `VBA`, or raises."""
    try:
        left = _MAX_SOURCE
        for name, offset in _modules(decompressed(read("dir"), left)):
            source = _source(read(name), offset, left)
            left -= len(source)
            if any(map(_is_code, source.splitlines())):
                return True
        return False
    except (_Compiled, OSError, ValueError, LookupError, struct.error):
        return True


class _Compiled(Exception):
    """Word compiled lines, and runs them without looking at the source."""


def _modules(directory: bytes) -> list[tuple[str, int]]:
    """The stream of each module, and where its source begins."""
    found, at, name = [], 0, b""
    while at < len(directory):
        record, size = struct.unpack_from("<HI", directory, at)
        # Its size leaves out half of its content.
        size = 6 if record == _VERSION else size
        content = directory[at + 6 : at + 6 + size]
        if record == _STREAM_NAME:
            name = content
        elif record == _OFFSET:
            found.append((name.decode("latin-1"), struct.unpack("<I", content)[0]))
        at += 6 + size
    return found


def _source(stream: bytes, offset: int, limit: int) -> bytes:
    if stream[offset : offset + 1] != b"\x01":
        # Some writers leave another offset than their own.
        offset = _only_source(stream)
    compiled = [struct.unpack_from("<H", stream, found.end())[0] for found in _COMPILED.finditer(stream[:offset])]
    if offset and (not compiled or any(compiled)):
        raise _Compiled
    return decompressed(stream[offset:], limit)


def _is_code(line: bytes) -> bool:
    words = line.strip().lower()
    return bool(words) and not words.startswith((b"attribute ", b"option ", b"'", b"rem "))


def _only_source(stream: bytes) -> int:
    """Where the compressed source begins; raises ValueError unless there is exactly one."""
    (found,) = _SOURCE.finditer(stream)
    return found.start()


def decompressed(data: bytes, limit: int) -> bytes:
    """Undo the compression of [MS-OVBA] 2.4.1; raises ValueError or IndexError, also beyond the limit."""
    if data[:1] != b"\x01":
        raise ValueError("no compressed container")
    out, at = bytearray(), 1
    while at < len(data):
        if len(out) > limit:
            raise ValueError("too long")
        (header,) = struct.unpack_from("<H", data, at)
        if header & 0x7000 != 0x3000:
            if any(data[at:]):
                raise ValueError("no chunk")
            # Zeros fill what is left of a sector.
            break
        end = min(at + (header & 0x0FFF) + 3, len(data))
        if header & 0x8000:
            _add_chunk(data, at + 2, end, out)
        else:
            out += data[at + 2 : at + 2 + _CHUNK]
        at = end
    return bytes(out)


def _add_chunk(data: bytes, at: int, end: int, out: bytearray) -> None:
    start = len(out)
    while at < end:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= end:
                return
            if flags >> bit & 1:
                (token,) = struct.unpack_from("<H", data, at)
                at += 2
                _repeat(token, start, out)
            else:
                out.append(data[at])
                at += 1


def _repeat(token: int, start: int, out: bytearray) -> None:
    """Copy what stands before: the further into its chunk, the more bits of a token say how far back."""
    bits = max((len(out) - start - 1).bit_length(), 4)
    length, back = (token & 0xFFFF >> bits) + 3, (token >> 16 - bits) + 1
    if back > len(out) - start:
        raise ValueError("outside its chunk")
    copied = bytes(out[-back:])
    out += (copied * (length // back + 1))[:length]
