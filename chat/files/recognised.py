"""What a file is that is not accepted, by its content."""

import codecs
import re
from dataclasses import dataclass

from chat.files.signs import BEGINNINGS, ENTRIES, GUESSED, REPORTED
from chatsite.files.programs import is_program
from chatsite.files.sniff import sniff_type

# Telephones record a voice in containers of videos, and so does Windows: what tells them apart, and how early.
_CONTAINERS = {
    # Whatever is in it but a picture is sound: Opus, Vorbis, Speex, FLAC.
    b"OggS": (b"OggS", b"theora", 4_096),
    b"\x1aE\xdf\xa3": (b"A_", b"V_", 4_096),
    bytes.fromhex("3026b2758e66cf11"): (bytes.fromhex("409e69f84d5bcf11"), bytes.fromhex("c0ef19bc4d5bcf11"), 65_536),
}
# With what a QuickTime file begins that is older than marks of a type.
_ATOMS = (b"moov", b"mdat", b"wide", b"pnot", b"free", b"skip")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_IS_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_IS_SENT = re.compile(rb"^(?:to|cc|received|message-id|delivered-to|return-path):", re.IGNORECASE | re.MULTILINE)
_IWORK_NAMES = {"pages", "numbers", "key"}
# What cameras write as TIFF, under names of their own.
_RAW_NAMES = {"3fr", "arw", "cr2", "dng", "erf", "iiq", "kdc", "mos", "nef", "nrw", "pef", "raw", "rwl", "sr2", "srw"}
# What precedes the name of a type that people know.
_VENDOR = re.compile(r"^(?:x-|ms-|vnd\.|adobe\.|microsoft\.|canon-)+")
_LONGEST_BEGINNING = 40_000


@dataclass(frozen=True, slots=True)
class Recognised:
    """The kind of a file and, where it is one of many, what people call its type."""

    kind: str
    type: str = ""


def recognised(data: bytes, extension: str = "") -> Recognised | None:
    """What a file is that is not accepted; None if nothing can be said about it."""
    found = _seen(data, extension)
    if found and extension in _IWORK_NAMES and (found.kind == "archive" or found.type == "PLIST"):
        return Recognised("iwork")
    return found


def _seen(data: bytes, extension: str) -> Recognised | None:
    if found := _begins_as(_plain(data[:_LONGEST_BEGINNING])) or _recorded(data):
        return found
    if is_program(data):
        return None
    if data.startswith(b"PK") and (found := _packed(data)):
        return found
    return Recognised("html") if _is_web_archive(data) else _reported(data, extension)


def _plain(beginning: bytes) -> bytes:
    """Without the mark of its encoding, and with a byte for each character of a text."""
    if encoding := _WIDE.get(beginning[:2]):
        return beginning[2:].decode(encoding, "replace").encode()
    return beginning.removeprefix(_BYTE_ORDER_MARK)


def _begins_as(beginning: bytes) -> Recognised | None:
    return next((Recognised(kind, name) for kind, name, sign in BEGINNINGS if re.match(sign, beginning)), None)


def _recorded(data: bytes) -> Recognised | None:
    """What a telephone or a computer recorded: a voice or a video."""
    is_heard = b"soun" in data and b"vide" not in data
    if data[4:8] == b"ftyp":
        return Recognised("voice") if data[8:11] == b"M4A" or is_heard else None
    if data[4:8] in _ATOMS:
        return Recognised("voice" if is_heard else "video")
    for beginning, (heard, seen, length) in _CONTAINERS.items():
        if data.startswith(beginning):
            return Recognised("video" if seen in data[:length] or heard not in data[:length] else "voice")
    return None


def _packed(data: bytes) -> Recognised | None:
    """What a zip is by the names of its entries."""
    return next((Recognised(kind, name) for kind, name, signs in ENTRIES if any(sign in data for sign in signs)), None)


def _reported(data: bytes, extension: str) -> Recognised | None:
    seen = sniff_type(data)
    named = ((kind, name) for kind, name, beginning in REPORTED if seen.startswith(beginning))
    kind, name = next(named, ("", ""))
    if not kind or seen in GUESSED:
        return None
    return Recognised(kind, name or _name_of(seen, extension))


def _name_of(media_type: str, extension: str) -> str:
    if media_type == "image/tiff" and extension in _RAW_NAMES:
        return extension.upper()
    return _VENDOR.sub("", media_type.rpartition("/")[2]).removesuffix("+xml").upper()


def _is_web_archive(data: bytes) -> bool:
    """Saved by a browser or Word: like a mail, but sent to nobody."""
    head = re.split(rb"\r?\n\r?\n", data[:8_000].lstrip(_BYTE_ORDER_MARK + b" \t\r\n"), maxsplit=1)[0]
    return bool(_IS_RELATED.search(head)) and not _IS_SENT.search(head)
