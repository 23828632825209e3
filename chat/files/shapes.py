"""The shapes of a Word document before 2007 (.doc): whether a picture of one is on a file server.

The format is Microsoft's [MS-ODRAW]: records of properties, of which the long ones follow the short ones.
"""

import re
import struct
from collections.abc import Iterator

from chatsite.files.targets import Reach, reach_of

# The header of such a record: version 3, the number of its properties, its type; its length follows.
_RECORD = re.compile(rb"[\x03\x13\x23\x33\x43\x53\x63\x73\x83\x93\xa3\xb3\xc3\xd3\xe3\xf3].\x0b\xf0", re.DOTALL)
_IS_LONG, _NUMBER = 0x8000, 0x3FFF
# The names of the pictures of a shape, of its filling and of its line. The flags of each have the next number.
_NAMES = (0x0105, 0x0187, 0x01C6)
_IS_LINKED = 0x08
# Of all shapes of a document.
_MOST_PROPERTIES = 200_000


def has_network_picture(table: bytes) -> bool:
    """Word asks the host of a linked picture for it as soon as the document opens."""
    left, record = _MOST_PROPERTIES, _RECORD.search(table)
    while record:
        count = struct.unpack_from("<H", table, record.start())[0] >> 4
        left -= count
        if left < 0 or any(reach_of(name) is Reach.NETWORK for name in _linked(table, record.end() + 4, count)):
            return True
        record = _RECORD.search(table, record.end() + 4)
    return False


def _linked(table: bytes, start: int, count: int) -> Iterator[str]:
    short: dict[int, int] = {}
    long: dict[int, bytes] = {}
    end = start + 6 * count
    for at in range(start, min(end, len(table) - 5), 6):
        number, value = struct.unpack_from("<HI", table, at)
        if number & _IS_LONG:
            long[number & _NUMBER] = table[end : end + value] if (number & _NUMBER) in _NAMES else b""
            end += value
        else:
            short[number & _NUMBER] = value
    for name in _NAMES:
        if name in long and short.get(name + 1, 0) & _IS_LINKED:
            yield long[name].decode("utf-16-le", "replace")
