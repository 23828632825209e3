"""A small writer of OLE compound files, the container of .doc and of encrypted Office documents."""

import itertools
import struct

_SECTOR = 512
# Where the tests put the text of a document.
_TEXT = 0x0400
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


def compound(tree: dict) -> bytes:
    """Return an OLE file: names to bytes (a stream, padded to 4,096 so that no mini stream is needed) or to a dict."""
    entries, chains = [], []
    _add("Root Entry", tree, entries, chains, _ROOT)
    directory = b"".join(entries)
    directory += _entry("", 0, _FREE, 0, 0) * (-len(entries) % 4)
    blocks = [directory, *chains]
    # Sector 0 is the FAT; the directory and the streams follow it.
    fat, start = [_FAT], 1
    starts = []
    for block in blocks:
        count = len(block) // _SECTOR
        starts.append(start)
        fat += [*range(start + 1, start + count), _END]
        start += count
    if start > _SECTOR // 4:
        raise ValueError("too large for one FAT sector")
    table = struct.pack(f"<{_SECTOR // 4}I", *fat, *[_FREE] * (_SECTOR // 4 - len(fat)))
    body = b"".join(blocks)
    for number, first in enumerate(starts[1:]):
        body = body.replace(struct.pack("<I", 0xAA000000 + number), struct.pack("<I", first), 1)
    return _header() + table + body


def doc(
    *, flags=0x0000, text=b"Bonjour", pieces=(), template="", drawing=b"", version=0x00C1, regions=None, **more
) -> bytes:
    """A .doc as Word sees it from outside: its main stream with the file information block, and a table stream.

    Text before Word 97 is at one place. Later it has pieces: bytes for 8-bit text, and str for 16-bit text. `regions`
    of the table are others, by the number under which the block names them.
    """
    head = struct.pack("<6H", 0xA5EC, version, 0, 0x0409, 0, flags).ljust(0x18, b"\0")
    head += struct.pack("<2I", _TEXT, _TEXT + len(text))
    strings = (
        struct.pack("<3H", 0xFFFF, 18, 0) + b"\0\0" + struct.pack("<H", len(template)) + template.encode("utf-16-le")
    )
    stored, table = _pieces(pieces, _TEXT + len(text))
    # Where the information block names the strings that belong to the document, and the pieces of its text.
    main = head.ljust(0x019A, b"\0") + struct.pack("<4I", 0, len(strings), len(strings), len(table))
    table = strings + table + drawing
    for number, region in (regions or {}).items():
        at = 0x009A + 8 * number
        main = main.ljust(_TEXT, b"\0")
        main = main[:at] + struct.pack("<2I", len(table), len(region)) + main[at + 8 :]
        table += region
    main = main.ljust(_TEXT, b"\0") + text + stored
    table = table.ljust(4096, b"\0")
    return compound({"WordDocument": main.ljust(4096, b"\0"), "0Table": table, **more})


def _pieces(pieces, start) -> tuple[bytes, bytes]:
    """The pieces, of which the last is stored first, and the table that puts them into their order."""
    if not pieces:
        return b"", b""
    stored, places = b"", {}
    for number, piece in reversed(list(enumerate(pieces))):
        at = start + len(stored)
        places[number] = at if isinstance(piece, str) else at * 2 | 0x40000000
        stored += piece.encode("utf-16-le") if isinstance(piece, str) else piece
    ends = [0, *itertools.accumulate(map(len, pieces))]
    table = struct.pack(f"<{len(ends)}I", *ends)
    table += b"".join(struct.pack("<HIH", 0, places[number], 0) for number in range(len(pieces)))
    return stored, b"\1\2\0\0\0\2" + struct.pack("<I", len(table)) + table


def _add(name, content, entries, chains, kind) -> int:
    index = len(entries)
    entries.append(b"")
    if isinstance(content, dict):
        child = _FREE
        # Siblings hang in one chain: unbalanced, and valid.
        for inner_name, inner in reversed(content.items()):
            inner_kind = _STORAGE if isinstance(inner, dict) else _STREAM
            following = child
            child = _add(inner_name, inner, entries, chains, inner_kind)
            if following != _FREE:
                entries[child] = entries[child][:72] + struct.pack("<I", following) + entries[child][76:]
        start = _END if kind == _ROOT else 0
        entries[index] = _entry(name, kind, child, start, 0)
    else:
        padded = content.ljust(max(4096, len(content) + -len(content) % _SECTOR), b"\0")
        entries[index] = _entry(name, kind, _FREE, 0xAA000000 + len(chains), len(padded))
        chains.append(padded)
    return index


def _entry(name, kind, child, start, size) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded) + 2 if name else 0, kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, child) + b"\0" * 36 + struct.pack("<IQ", start, size)


def _header() -> bytes:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    numbers = struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    return head + numbers + struct.pack("<109I", 0, *[_FREE] * 108)
