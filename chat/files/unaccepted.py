"""Files of types that are not accepted: what was recognised, and what to send instead."""

import re
from collections.abc import Set

from django.utils.translation import gettext_noop as _

from chatsite.files.images import IMAGE_TYPES, offered_extensions
from chatsite.files.programs import is_program
from chatsite.files.sniff import sniff_type
from chatsite.files.uploads import in_words
from chatsite.http.errors import FileRefused
from chatsite.http.sentences import sentence

DOCUMENTS = ("pdf", "doc", "docx")
EXTENSIONS = (*IMAGE_TYPES, *DOCUMENTS)

_SENTENCES = {
    "image": _("This is a picture of the type {type}, which is not accepted. Save it as a JPEG or PNG and send that."),
    "dicom": _(
        "This is a DICOM file of a medical device, which is not accepted. Ask for a PDF or JPEG on the disc, and send"
        " that."
    ),
    "voice": _("This is a sound recording, which is not accepted. Write it as a message."),
    "video": _("This is a video, which is not accepted. Send photos instead, or screenshots of the video."),
    "rtf": _("This is an RTF document, which is not accepted. Save it as a PDF and send that."),
    "html": _("This is a web page (HTML), which is not accepted. Save it as a PDF and send that."),
    "opendocument": _("This is an OpenDocument file, which is not accepted. Save it as a PDF and send that."),
    "iwork": _("This is a Pages, Numbers or Keynote file, which is not accepted. Export it as a PDF and send that."),
    "spreadsheet": _("This is a spreadsheet, which is not accepted. Save it as a PDF and send that."),
    "presentation": _("This is a presentation, which is not accepted. Save it as a PDF and send that."),
    "mail": _("This is a saved e-mail, which is not accepted. Save it as a PDF and send that."),
    "text": _(
        "This is a plain text file, which is not accepted. Copy its text into your message, or save it as a PDF and"
        " send that."
    ),
    "archive": _("This is an archive, which is not accepted. Unpack it and send the files that are in it."),
}
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
# What precedes the name of a type that people know.
_VENDOR = re.compile(r"^(x-|ms-|vnd\.|adobe\.|microsoft\.)+")
# What some versions of libmagic do not know. Telephones record a voice in containers of videos.
_VOICES = (b"#!AMR", b"caff")
_CONTAINERS = {b"OggS": (b"OpusHead", b"theora"), b"\x1aE\xdf\xa3": (b"A_", b"V_")}
# Entries of OLE files that are no documents of Word.
_OLE = {
    "workbook": "spreadsheet",
    "book": "spreadsheet",
    "powerpoint document": "presentation",
    "__properties_version1.0": "mail",
}


def refusal(data: bytes, extension: str = "") -> FileRefused:
    """The refusal of content that is of no accepted type, with the extension that it was given."""
    kind = _kind_of(data)
    if kind is None:
        return not_accepted(extension)
    return _refuse(kind, type=_VENDOR.sub("", sniff_type(data).rpartition("/")[2]).removesuffix("+xml").upper())


def office(content_type: str) -> FileRefused | None:
    """The refusal of a package whose main part is of this type, in lower case; None if it is not of Office."""
    if "spreadsheetml" in content_type or "ms-excel" in content_type:
        return _refuse("spreadsheet")
    if "presentationml" in content_type or "ms-powerpoint" in content_type:
        return _refuse("presentation")
    return None


def ole(names: Set[str]) -> FileRefused:
    """The refusal of an OLE file with these entries, in lower case."""
    kinds = [kind for entry, kind in _OLE.items() if entry in names]
    return _refuse(kinds[0]) if kinds else not_accepted("")


def not_accepted(extension: str) -> FileRefused:
    """The refusal of what nothing more can be said about, such as programs."""
    named = sentence(_("Files of the type .{extension} are not accepted."), extension=extension)
    if not extension or extension in EXTENSIONS:
        named = sentence(_("The content of this file is of no type that is accepted."))
    accepted = {"pictures": in_words(offered_extensions()), "documents": in_words(DOCUMENTS)}
    instead = sentence(_("Send a picture ({pictures}) or a document ({documents})."), **accepted)
    return FileRefused("file_type_refused", sentence("{named} {instead}", named=named, instead=instead))


def _kind_of(data: bytes) -> str | None:
    if kind := _recorded(data):
        return kind
    if is_program(data):
        return None
    if data.startswith(b"PK") and b".iwa" in data:
        return "iwork"
    seen = sniff_type(data)
    return next((kind for reported, kind in _REPORTED if seen.startswith(reported)), None)


def _recorded(data: bytes) -> str | None:
    """What a telephone recorded: a voice or a video."""
    if data.startswith(_VOICES):
        return "voice"
    if data[4:8] == b"ftyp":
        return "voice" if data[8:11] == b"M4A" or (b"soun" in data and b"vide" not in data) else None
    for beginning, (heard, seen) in _CONTAINERS.items():
        if data.startswith(beginning):
            return "video" if seen in data[:4096] or heard not in data[:4096] else "voice"
    return None


def _refuse(kind: str, **places: str) -> FileRefused:
    return FileRefused("file_type_refused", sentence(_SENTENCES[kind], **places))
