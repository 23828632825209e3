"""The fields of a Word document before 2007 (.doc), which its text marks with three control characters."""

import re
import struct
from collections.abc import Iterator

from chat.files.field_reader import FieldReader
from chat.files.fields import Danger, danger_in
from chat.files.refusals import unpacks_too_large

_WORD_97 = 0x00C1
# Where the file information block names the pieces of the text, and the text of documents before Word 97.
_PIECES, _TEXT = 0x009A + 33 * 8, 0x0018
_PROPERTIES, _TABLE = b"\1", b"\2"
# A piece with a byte for each character, at half of this offset.
_COMPRESSED = 0x40000000
_MARK = re.compile("([\x13\x14\x15])")
_MOST_MARKS = 200_000
# Also in text that no piece has.
_ANYWHERE = re.compile(
    r"\x13[\0-\x12\x16-\x20\x7f-\xa0\"\\{\u200b-\u206f\ufeff]*(?:dde|incl|import|link|rd|data)[^\x13-\x15]*",
    re.IGNORECASE,
)


def dangers_of_text(main: bytes, table: bytes) -> set[Danger]:
    """What the fields would do, of the stream `WordDocument` and the table stream; raises ValueError, struct.error."""
    reader = FieldReader()
    _read("".join(_pieces(main, table)), reader)
    reader.finish()
    found = reader.dangers
    for text in (main.decode("cp1252", "replace"), *(main[at:].decode("utf-16-le", "replace") for at in (0, 1))):
        found |= {danger for field in _ANYWHERE.findall(text) if (danger := danger_in(field[1:]))}
    return found


def _read(text: str, reader: FieldReader) -> None:
    if text.count("\x13") > _MOST_MARKS:
        raise unpacks_too_large()
    turns = {"\x13": reader.begin, "\x14": reader.separate, "\x15": reader.end}
    for part in _MARK.split(text):
        turn = turns.get(part)
        if turn:
            turn()
        elif part:
            reader.add(part)


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    """The text in its order: documents that were saved quickly have it in pieces all over the stream."""
    (version,) = struct.unpack_from("<H", main, 2)
    if version < _WORD_97:
        start, end = struct.unpack_from("<2I", main, _TEXT)
        yield main[start:end].decode("cp1252", "replace")
        return
    start, size = struct.unpack_from("<2I", main.ljust(_PIECES + 8, b"\0"), _PIECES)
    ends, offsets = _piece_table(table[start : start + size])
    left = 2 * len(main)
    for first, last, offset in zip(ends, ends[1:], offsets, strict=False):
        count = last - first
        if count < 0 or (left := left - count) < 0:
            raise ValueError(count)
        if offset & _COMPRESSED:
            at = (offset & ~_COMPRESSED) // 2
            yield main[at : at + count].decode("cp1252", "replace")
        else:
            yield main[offset : offset + 2 * count].decode("utf-16-le", "replace")


def _piece_table(described: bytes) -> tuple[tuple[int, ...], list[int]]:
    """The positions at which pieces end, beginning with 0, and where each is stored."""
    at = 0
    while described[at : at + 1] == _PROPERTIES:
        at += 3 + struct.unpack_from("<H", described, at + 1)[0]
    if described[at : at + 1] != _TABLE:
        return (), []
    size = min(struct.unpack_from("<I", described, at + 1)[0], len(described) - at - 5)
    count = max(size - 4, 0) // 12
    ends = struct.unpack_from(f"<{count + 1}I", described, at + 5)
    places = at + 5 + 4 * (count + 1)
    return ends, [struct.unpack_from("<I", described, places + 8 * number + 2)[0] for number in range(count)]
