"""Files of types that are not accepted: what was recognised, and what to send instead."""

from collections.abc import Set

from django.utils.translation import gettext_noop as _

from chat.files.recognised import Recognised, recognised
from chatsite.files.images import IMAGE_TYPES, offered_extensions
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
    "xml": _("This is a Word document saved as XML, which is not accepted. Save it as a PDF and send that."),
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
    "document": _("This is a document of the type {type}, which is not accepted. Save it as a PDF and send that."),
    "data": _(
        "This is a file of the type {type}, which is not accepted. Open it in the program that it comes from, save it"
        " as a PDF and send that."
    ),
    "disc": _("This is a copy of a whole disc, which is not accepted. Open it and send the files that are in it."),
    "archive": _("This is an archive, which is not accepted. Unpack it and send the files that are in it."),
}
# Entries of OLE files that are no documents of Word.
_OLE = {
    "workbook": Recognised("spreadsheet"),
    "book": Recognised("spreadsheet"),
    "powerpoint document": Recognised("presentation"),
    "__properties_version1.0": Recognised("mail"),
    "visiodocument": Recognised("document", "Visio"),
    "quill": Recognised("document", "Publisher"),
    "matost": Recognised("document", "Works"),
    "bodytext": Recognised("document", "HWP"),
}
# What the type of the main part of a package of Office contains.
_OFFICE = {
    "spreadsheetml": Recognised("spreadsheet"),
    "ms-excel": Recognised("spreadsheet"),
    "presentationml": Recognised("presentation"),
    "ms-powerpoint": Recognised("presentation"),
    "ms-visio": Recognised("document", "Visio"),
}


def refusal(data: bytes, extension: str = "") -> FileRefused:
    """The refusal of content that is of no accepted type, with the extension that it was given."""
    found = recognised(data, extension)
    return _refuse(found) if found else not_accepted(extension)


def office(content_type: str) -> FileRefused | None:
    """The refusal of a package whose main part is of this type, in lower case; None if it is not of Office."""
    return next((_refuse(found) for sign, found in _OFFICE.items() if sign in content_type), None)


def ole(names: Set[str]) -> FileRefused:
    """The refusal of an OLE file with these entries, in lower case."""
    return next((_refuse(found) for entry, found in _OLE.items() if entry in names), not_accepted(""))


def not_accepted(extension: str) -> FileRefused:
    """The refusal of what nothing more can be said about, such as programs."""
    named = sentence(_("Files of the type .{extension} are not accepted."), extension=extension)
    if not extension or extension in EXTENSIONS:
        named = sentence(_("The content of this file is of no type that is accepted."))
    accepted = {"pictures": in_words(offered_extensions()), "documents": in_words(DOCUMENTS)}
    instead = sentence(_("Send a picture ({pictures}) or a document ({documents})."), **accepted)
    return FileRefused("file_type_refused", sentence("{named} {instead}", named=named, instead=instead))


def _refuse(found: Recognised) -> FileRefused:
    return FileRefused("file_type_refused", sentence(_SENTENCES[found.kind], type=found.type))
