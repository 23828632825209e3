"""What a file is that is not accepted, by its content."""

import re

from chatsite.files.programs import is_program
from chatsite.files.sniff import sniff_type

# By what libmagic reports, or how that begins; the first that fits.
_REPORTED = (
    ("application/dicom", "dicom"),
    ("image/", "image"),
    ("audio/", "voice"),
    ("application/ogg", "voice"),
    ("video/", "video"),
    ("text/rtf", "rtf"),
    ("application/rtf", "rtf"),
    ("text/html", "html"),
    ("application/xhtml", "html"),
    ("application/vnd.oasis.opendocument", "opendocument"),
    ("application/vnd.ms-excel", "spreadsheet"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "spreadsheet"),
    ("application/vnd.ms-powerpoint", "presentation"),
    ("application/vnd.openxmlformats-officedocument.presentationml", "presentation"),
    ("application/vnd.ms-outlook", "mail"),
    ("message/", "mail"),
    ("text/", "text"),
    ("application/json", "text"),
    ("application/csv", "text"),
    ("application/zip", "archive"),
    ("application/x-7z", "archive"),
    ("application/x-rar", "archive"),
    ("application/vnd.rar", "archive"),
    ("application/gzip", "archive"),
    ("application/x-gzip", "archive"),
    ("application/x-bzip2", "archive"),
    ("application/x-xz", "archive"),
    ("application/zstd", "archive"),
    ("application/x-tar", "archive"),
    ("application/vnd.ms-cab", "archive"),
)
# What libmagic does not know, or not always: the first that fits.
_BEGINNINGS = (
    # With any preamble or none: the data then begin with group 2 or 8, in either of two forms.
    ("dicom", rb"(?s:.{128})DICM|[\x02\x08]\0[\0-\x20]\0(?:UL|CS|UI|DA|OB|LO|SH|TM|[\x02-\x40]\0\0\0)"),
    ("voice", rb"#!AMR|caff"),
    ("rtf", rb"\s*\{\\rtf"),
    ("spreadsheet", rb"\s*<(?s:.{0,2000})progid=.Excel\.Sheet"),
    ("presentation", rb"\s*<(?s:.{0,2000})progid=.PowerPoint\.Show"),
    ("xml", rb"\s*<(?s:.{0,2000})(?:progid=.Word\.Document|word/200\d/(?:\d+/)?wordml|office/2006/xmlPackage)"),
)
# Telephones record a voice in containers of videos, and so does Windows: what tells them apart, and how early.
_CONTAINERS = {
    # Whatever is in it but a picture is sound: Opus, Vorbis, Speex, FLAC.
    b"OggS": (b"OggS", b"theora", 4_096),
    b"\x1aE\xdf\xa3": (b"A_", b"V_", 4_096),
    bytes.fromhex("3026b2758e66cf11"): (bytes.fromhex("409e69f84d5bcf11"), bytes.fromhex("c0ef19bc4d5bcf11"), 65_536),
}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_IS_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_IS_SENT = re.compile(rb"^(?:to|cc|received|message-id|delivered-to|return-path):", re.IGNORECASE | re.MULTILINE)
# The names of Apple's documents, and what is in them.
_IWORK_NAMES = {"pages", "numbers", "key"}
_IWORK_ENTRIES = (b".iwa", b".iwph", b"Index.zip", b"index.apxl", b"buildVersionHistory.plist")


def recognised(data: bytes, extension: str = "") -> str | None:
    """The kind of a file that is not accepted; None if nothing can be said about it."""
    if kind := _begins_as(data.removeprefix(_BYTE_ORDER_MARK)) or _recorded(data):
        return kind
    if is_program(data):
        return None
    if data.startswith(b"PK") and any(entry in data for entry in _IWORK_ENTRIES):
        return "iwork"
    if _is_web_archive(data):
        return "html"
    seen = sniff_type(data)
    kind = next((kind for reported, kind in _REPORTED if seen.startswith(reported)), None)
    is_package = kind == "archive" or data.startswith(b"bplist")
    return "iwork" if is_package and extension in _IWORK_NAMES else kind


def _begins_as(data: bytes) -> str | None:
    return next((kind for kind, beginning in _BEGINNINGS if re.match(beginning, data)), None)


def _recorded(data: bytes) -> str | None:
    """What a telephone or a computer recorded: a voice or a video."""
    if data[4:8] == b"ftyp":
        return "voice" if data[8:11] == b"M4A" or (b"soun" in data and b"vide" not in data) else None
    for beginning, (heard, seen, length) in _CONTAINERS.items():
        if data.startswith(beginning):
            return "video" if seen in data[:length] or heard not in data[:length] else "voice"
    return None


def _is_web_archive(data: bytes) -> bool:
    """Saved by a browser or Word: like a mail, but sent to nobody."""
    head = re.split(rb"\r?\n\r?\n", data[:8_000].lstrip(_BYTE_ORDER_MARK + b" \t\r\n"), maxsplit=1)[0]
    return bool(_IS_RELATED.search(head)) and not _IS_SENT.search(head)
