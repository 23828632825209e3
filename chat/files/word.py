"""Word documents before 2007 (.doc): OLE files with a WordDocument stream, without macros, not encrypted."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import olefile

from chat.files import unaccepted
from chat.files.fields import Danger
from chat.files.refusals import broken, encrypted, external_parts, macros, runs_programs
from chat.files.shapes import has_network_picture
from chat.files.vba import has_code
from chat.files.word_sources import is_link_elsewhere, loads_from_elsewhere
from chat.files.word_text import dangers_of_text
from chatsite.files.programs import is_program, is_program_name

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTION_ENTRIES = {"encryptedpackage", "encryptioninfo"}
_WORD_IDENTS = {0xA5EC, 0xA5DC}
_ENCRYPTED_FLAG, _TABLE_FLAG = 0x0100, 0x0200
_WORD_97 = 0x00C1
_PACKAGE, _LINK = "\x01ole10native", "\x01ole"


def is_ole(data: bytes) -> bool:
    return data.startswith(_MAGIC)


def check_doc(data: bytes) -> None:
    """Raise FileRefused: `file_broken`, `file_encrypted`, `file_has_macros`, `file_type_refused`, …"""
    with _opened(data) as ole:
        _refuse_harm(ole)
        main = _stream(ole, ["WordDocument"])
        ident, version, _, _, _, flags = struct.unpack_from("<6H", main.ljust(12, b"\0"))
        if ident in _WORD_IDENTS and flags & _ENCRYPTED_FLAG:
            raise encrypted()
        table = _table(ole, "1Table" if flags & _TABLE_FLAG else "0Table")
        found = dangers_of_text(main, table)
        if Danger.PROGRAM in found:
            raise runs_programs()
        loads = version >= _WORD_97 and (loads_from_elsewhere(main, table) or has_network_picture(table))
        if found or (loads and ident in _WORD_IDENTS):
            raise external_parts()


def check_embedded(data: bytes) -> None:
    """The same for an OLE object inside a document, of whatever program; one that is damaged cannot be opened."""
    try:
        with _opened(data, needs_word=False) as ole:
            _refuse_harm(ole)
    except _Damaged:
        return


class _Damaged(Exception):
    pass


@contextmanager
def _opened(data: bytes, *, needs_word: bool = True) -> Iterator[olefile.OleFileIO]:
    try:
        _refuse_table_bombs(data)
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            names = {part.lower() for path in ole.listdir(streams=True, storages=True) for part in path}
            if needs_word:
                if names & _ENCRYPTION_ENTRIES:
                    raise encrypted()
                if ole.get_type("WordDocument") != olefile.STGTY_STREAM:
                    raise unaccepted.ole(names)
            # No stream is larger than its file; olefile would follow a ring of sectors for gigabytes.
            if ole.root.size > len(data):
                raise ValueError(ole.root.size)
            yield ole
    except (OSError, ValueError, LookupError, TypeError, struct.error, RecursionError, OverflowError) as error:
        if not needs_word:
            raise _Damaged from error
        raise broken("document") from error


def _stream(ole: olefile.OleFileIO, path: list[str]) -> bytes:
    if ole.get_size(path) > ole.fp.seek(0, io.SEEK_END):
        raise ValueError(path)
    return ole.openstream(path).read()


def _table(ole: olefile.OleFileIO, name: str) -> bytes:
    """What the document says about its text; those before Word 97 have it elsewhere."""
    return _stream(ole, [name]) if ole.exists(name) else b""


def _stream_in(ole: olefile.OleFileIO, storage: list[str], name: str) -> bytes:
    return _stream(ole, [*storage, name])


def _refuse_harm(ole: olefile.OleFileIO) -> None:
    """Macros, programs and links, in the document and in the objects that it contains."""
    for path in ole.listdir(streams=True, storages=True):
        name = path[-1].lower()
        if name == "vba" and ole.get_type(path) == olefile.STGTY_STORAGE:
            if has_code(partial(_stream_in, ole, path)):
                raise macros()
        elif name == _PACKAGE and _is_packaged_program(_stream(ole, path)):
            raise runs_programs()
        elif name == _LINK and is_link_elsewhere(_stream(ole, path)):
            raise external_parts()


def _is_packaged_program(package: bytes) -> bool:
    """A file in an object of the type Package: its label and path, each to a zero, then its size and content."""
    label, _, rest = package[6:].partition(b"\0")
    path, _, rest = rest.partition(b"\0")
    names = (label.decode("latin-1"), path.decode("latin-1"))
    # Eight bytes, the length and text of a second path, and the size stand before the content.
    (length,) = struct.unpack_from("<I", rest.ljust(8, b"\0"), 4)
    return any(map(is_program_name, names)) or is_program(rest[8 + length + 4 :][:16])


def _refuse_table_bombs(data: bytes) -> None:
    """Refuse a header with more sectors than the file has: olefile trusts these counts."""
    (shift,) = struct.unpack_from("<H", data, 30)
    fat, mini_fat, difat = (struct.unpack_from("<I", data, offset)[0] for offset in (44, 64, 72))
    if shift not in (9, 12):
        raise ValueError(shift)
    sectors = (len(data) >> shift) + 1
    if max(mini_fat, difat) > sectors or fat << shift - 2 > 2 * sectors + (1024 << shift - 9):
        raise ValueError(sectors)
