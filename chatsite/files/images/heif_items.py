"""Where in a HEIC file the pieces of its picture lie: libheif paints what is missing of one grey, and says nothing.

The format is ISO 23008-12: boxes, of which `meta` names the items and where each is stored.
"""

import struct
from collections.abc import Iterator

from chatsite.files.images.structure import BrokenImage

# Coded pictures have no zeros in a row, not even of an even area; others stand for a download that stopped.
_LOST = bytes(16)
_CODED = b"hvc1"
_IN_FILE = 0
# Of the lengths of all pieces, as compared with the file: tiles that are alike may be stored once.
_MOST_TOGETHER = 20
# Of pictures that are made of others: a grid of tiles, a turned one.
_DEEPEST = 4

# A box: its kind and where its body begins and ends.
_Box = tuple[bytes, int, int]


def demand_all(data: bytes) -> None:
    """Raise BrokenImage where a coded piece of the picture is cut off, or zeros stand for a part of it."""
    try:
        pieces = list(_pieces(data))
    except (struct.error, KeyError) as error:
        raise BrokenImage from error
    # An item of many extents, each of the whole file, would take hours.
    if not pieces or sum(length for _, length in pieces) > _MOST_TOGETHER * len(data):
        raise BrokenImage
    for start, length in pieces:
        if start + length > len(data) or data.find(_LOST, start, start + length) >= 0:
            raise BrokenImage


def _pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """The place and length of each piece of the primary item, or of the items of which it is made."""
    top = {kind: (start, end) for kind, start, end in _boxes(data, 0, len(data))}
    start, end = top[b"meta"]
    meta = {kind: (inner, last) for kind, inner, last in _boxes(data, start + 4, end)}
    kinds, places = _kinds(data, *meta[b"iinf"]), _places(data, *meta[b"iloc"])
    parts = _parts(data, *meta[b"iref"]) if b"iref" in meta else {}
    version, start = _version(data, meta[b"pitm"][0])
    (primary,) = struct.unpack_from(">I" if version else ">H", data, start)
    wanted = {primary}
    for _ in range(_DEEPEST):
        wanted |= {part for item in wanted for part in parts.get(item, ())}
    for item in wanted:
        if kinds[item] == _CODED:
            yield from places[item]


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        size = size or end - start
        if size < head:
            return
        yield kind, start + head, min(start + size, end)
        start += size


def _version(data: bytes, start: int) -> tuple[int, int]:
    """The version of a box, and where what follows it begins."""
    (flags,) = struct.unpack_from(">I", data, start)
    return flags >> 24, start + 4


def _kinds(data: bytes, start: int, end: int) -> dict[int, bytes]:
    version, start = _version(data, start)
    found = {}
    for _, inner, _ in _boxes(data, start + (4 if version else 2), end):
        version, inner = _version(data, inner)
        item, _, kind = struct.unpack_from(">IH4s" if version > 2 else ">HH4s", data, inner)
        found[item] = kind
    return found


def _parts(data: bytes, start: int, end: int) -> dict[int, tuple[int, ...]]:
    """The items of which others are made."""
    version, start = _version(data, start)
    number = "I" if version else "H"
    found = {}
    for kind, inner, _ in _boxes(data, start, end):
        if kind == b"dimg":
            item, count = struct.unpack_from(f">{number}H", data, inner)
            found[item] = struct.unpack_from(f">{count}{number}", data, inner + struct.calcsize(f">{number}H"))
    return found


def _places(data: bytes, start: int, _: int) -> dict[int, list[tuple[int, int]]]:
    version, at = _version(data, start)
    (sizes,) = struct.unpack_from(">H", data, at)
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    number = ">I" if version > 1 else ">H"
    (count,) = struct.unpack_from(number, data, at + 2)
    at += 2 + struct.calcsize(number)
    if not of_length:
        raise struct.error
    found: dict[int, list[tuple[int, int]]] = {}

    def take(length: int) -> int:
        nonlocal at
        at += length
        if at > len(data):
            raise struct.error
        return int.from_bytes(data[at - length : at])

    for _ in range(count):
        item = take(struct.calcsize(number))
        method = take(2) if version else _IN_FILE
        take(2)
        base = take(of_base)
        extents = []
        for _ in range(take(2)):
            take(of_index if version else 0)
            extents.append((base + take(of_offset), take(of_length)))
        if method == _IN_FILE:
            found[item] = extents
    return found
