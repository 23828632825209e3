"""The name that people see, and the names under which a file is stored."""

import unicodedata

from chatsite.clusters import place_before
from chatsite.files.storage import random_name

FOLDER = "chat_files"
# The beginning of the address of a file or thumbnail.
URL = f"/assets/{FOLDER}/"
_MAX_LENGTH = 255
# Joiners shape emoji and Persian words; every other format character can disguise a name.
_JOINERS = {"\u200c", "\u200d"}
# The other extensions of a type that are right as they are.
_ALSO_RIGHT = {"jpg": {"jpeg"}}
# What names a type of file. Anything else after a dot is part of the name: "scan 12.03", "Lettre du Dr. Martin".
_NAMES = (
    "jpg jpeg jfif jpe jif pjpeg png apng gif webp heic heif hif avif tif tiff bmp dib svg ico psd jxl jp2 dng raw dcm"
    " pdf doc docx docm dot dotx dotm rtf odt ott txt csv htm html mht mhtml xml json log xps"
    " xls xlsx xlsm xlsb ods ppt pptx pptm pps ppsx odp eml msg zip rar 7z gz tar exe bat cmd scr msi js vbs lnk apk"
    " dmg iso bin dat tmp mp3 m4a aac ogg oga opus wav wma amr mp4 m4v mov avi mkv webm 3gp mpg mpeg wmv"
)
_KNOWN = frozenset(_NAMES.split())


def shown_name(given: str | None) -> str:
    """Return the last part of the name as given, without control or bidi characters, or dots at its ends.

    The result is plain text and may contain `<` and quotes: escape it wherever it is used.
    """
    visible = "".join(character for character in given or "" if _is_visible(character))
    name = visible.replace("\\", "/").rpartition("/")[2].strip().rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if dot and not stem.strip(". "):
        return f"file.{extension}"
    return name.lstrip(". ") or "file"


def with_extension(name: str, kind: str) -> str:
    """A shown name with an extension that is true of this type, at most 255 long; nothing else of it changes."""
    stem, dot, extension = name.rpartition(".")
    given = extension.lower() if dot else ""
    if given not in {kind, *_ALSO_RIGHT.get(kind, ())}:
        stem, extension = (stem if given in _KNOWN else name), kind
    suffix = f".{extension}"
    return stem[: place_before(stem, _MAX_LENGTH - len(suffix))] + suffix


def _is_visible(character: str) -> bool:
    if character in _JOINERS:
        return True
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def file_path(name: str) -> str:
    """The path of a file or thumbnail in the storage."""
    return f"{FOLDER}/{name}"


def new_file_name(extension: str) -> str:
    return random_name("chat-file", extension)


def new_thumbnail_name() -> str:
    return random_name("chat-thumb", "webp")
