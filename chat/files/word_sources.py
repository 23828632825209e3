"""What a Word document before 2007 (.doc) loads beside its text: its template, the data of its letters, linked objects.

The formats are Microsoft's [MS-DOC] and [MS-OLEDS].
"""

import re
import struct

from chatsite.files.targets import Reach, reach_of

# Where the file information block names tables of strings: those of the document, of which the second is its template
# and two are the files of a merged letter; the files that belong to it; and the connection of the letter.
_ASSOCIATED, _FILES, _MERGE = (0x009A + 8 * number for number in (32, 72, 44))
_TEMPLATE, _DATA, _HEADER = 1, 8, 9
_MOST_STRINGS = 10_000
# In binary data, where each character may have a zero behind it.
_ADDRESS = re.compile(rb"[\\/]{2}[\w.$@-]+[\\/]|\b(?:https?|ftp|file|mhtml|ldap|script):", re.IGNORECASE)
_IS_LINK = 1


def loads_from_elsewhere(main: bytes, table: bytes) -> bool:
    """Word asks the hosts of these files for them as soon as the document opens."""
    associated = _strings(_region(main, table, _ASSOCIATED))
    named = [associated[number] for number in (_TEMPLATE, _DATA, _HEADER) if number < len(associated)]
    named += _strings(_region(main, table, _FILES))
    return any(reach_of(name) is not Reach.LOCAL for name in named) or _has_address(_region(main, table, _MERGE))


def is_link_elsewhere(stream: bytes) -> bool:
    """Whether an object with this stream `\\1Ole` is a link to the network."""
    _, flags = struct.unpack_from("<2I", stream.ljust(8, b"\0"))
    return bool(flags & _IS_LINK) and _has_address(stream)


def _region(main: bytes, table: bytes, at: int) -> bytes:
    start, size = struct.unpack_from("<2I", main.ljust(at + 8, b"\0"), at)
    return table[start : start + size]


def _strings(region: bytes) -> list[str]:
    """A table of strings, each with its length before it and other data behind it: in Unicode, or in bytes."""
    is_wide = region.startswith(b"\xff\xff")
    at, unit, length, encoding = (6, 2, "<H", "utf-16-le") if is_wide else (4, 1, "<B", "cp1252")
    if len(region) < at:
        return []
    count, extra = struct.unpack_from("<2H", region, at - 4)
    found: list[str] = []
    while len(found) < min(count, _MOST_STRINGS) and at + unit <= len(region):
        end = at + unit + unit * struct.unpack_from(length, region, at)[0]
        found.append(region[at + unit : end].decode(encoding, "replace"))
        at = end + extra
    return found


def _has_address(stored: bytes) -> bool:
    return _ADDRESS.search(stored.replace(b"\0", b"")) is not None
