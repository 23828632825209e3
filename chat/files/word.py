"""Word documents before 2007 (.doc): OLE files with a WordDocument stream, without macros, not encrypted."""

import io
import struct

import olefile

from chat.files.refusals import broken, encrypted, macros, not_a_word_document

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACRO_ENTRIES = {"vba", "_vba_project", "_vba_project_cur", "macros"}
_ENCRYPTION_ENTRIES = {"encryptedpackage", "encryptioninfo"}
_WORD_IDENTS = {0xA5EC, 0xA5DC}
_ENCRYPTED_FLAG = 0x0100


def check_doc(data: bytes) -> None:
    """Raise FileRefused: `file_broken`, `file_encrypted`, `file_has_macros`, `file_type_refused`."""
    entries, start = _read(data)
    if entries & _ENCRYPTION_ENTRIES:
        raise encrypted()
    if start is None:
        raise not_a_word_document("doc")
    if entries & _MACRO_ENTRIES:
        raise macros()
    if len(start) >= 12:
        ident, _, _, _, _, flags = struct.unpack("<6H", start[:12])
        if ident in _WORD_IDENTS and flags & _ENCRYPTED_FLAG:
            raise encrypted()


def refuse_ole_as_docx(data: bytes) -> None:
    """A .docx with a password is an OLE file around a zip: refuse it as encrypted, instead of "wrong type"."""
    if data.startswith(_MAGIC):
        raise encrypted() if _read(data)[0] & _ENCRYPTION_ENTRIES else not_a_word_document("docx")


def _read(data: bytes) -> tuple[set[str], bytes | None]:
    """Return the names of all entries in lower case, and the beginning of the WordDocument stream."""
    try:
        _refuse_table_bombs(data)
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            entries = {part.lower() for path in ole.listdir(streams=True, storages=True) for part in path}
            if ole.get_type("WordDocument") != olefile.STGTY_STREAM:
                return entries, None
            # No stream is larger than its file; olefile would follow a ring of sectors for gigabytes.
            if max(ole.get_size("WordDocument"), ole.root.size) > len(data):
                raise broken("document")
            return entries, ole.openstream("WordDocument").read(12)
    except (OSError, ValueError, LookupError, TypeError, struct.error, RecursionError, OverflowError) as error:
        raise broken("document") from error


def _refuse_table_bombs(data: bytes) -> None:
    """Refuse a header with more sectors than the file has: olefile trusts these counts."""
    (shift,) = struct.unpack_from("<H", data, 30)
    fat, mini_fat, difat = (struct.unpack_from("<I", data, offset)[0] for offset in (44, 64, 72))
    if shift not in (9, 12):
        raise ValueError(shift)
    sectors = (len(data) >> shift) + 1
    if max(mini_fat, difat) > sectors or fat << shift - 2 > 2 * sectors + (1024 << shift - 9):
        raise ValueError(sectors)
